<?php

declare(strict_types=1);

/**
 * Returns where REST calls for an address go and the Authorization that they need, or null if no profile is for it.
 *
 * @return array{string, string}|null
 * @throws RuntimeException at everything else, such as exit code 3 for no token and 5 for try again; why is on standard error
 */
function credential(string $url): ?array
{
    $get = proc_open(['atla-credential', 'get', '--format', 'json', '--url', $url], [1 => ['pipe', 'w']], $pipes);
    $answer = stream_get_contents($pipes[1]);
    $code = proc_close($get);
    if ($code === 4) {
        return null;
    }
    if ($code !== 0) {
        throw new RuntimeException("atla-credential get: exit code $code");
    }
    $answer = json_decode($answer, true, flags: JSON_THROW_ON_ERROR);
    return [$answer['apiBaseUrl'], $answer['authorization']];
}
