-- Returns where REST calls for an address go and the Authorization that they need, or nil if no profile is for it.
-- Raises an error at everything else, such as exit code 3 for no token and 5 for try again; why is on standard error.
-- Lua starts programs in a shell only. In that of POSIX nothing but a quote means anything between single quotes.
local function credential(url)
  local quoted = "'" .. url:gsub("'", "'\\''") .. "'"
  local get = assert(io.popen("atla-credential get --field apiBaseUrl --field authorization --url " .. quoted))
  local base, authorization = get:read("*l", "*l")
  local _, how, code = get:close()
  if how == "exit" and code == 4 then return nil end
  if code ~= 0 then error("atla-credential get: " .. how .. " " .. code) end
  return base, authorization
end

return credential
