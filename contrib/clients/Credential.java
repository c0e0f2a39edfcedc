import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Where REST calls for an address go, and the Authorization that they need. */
record Credential(String base, String authorization) {
    /**
     * Asks atla-credential.
     *
     * @return nothing if no profile is for the address
     * @throws IOException at everything else, such as exit code 3 for no token and 5 for try again; why is on standard error
     */
    static Optional<Credential> of(String url) throws IOException, InterruptedException {
        var get = new ProcessBuilder(
                "atla-credential", "get", "--field", "apiBaseUrl", "--field", "authorization", "--url", url)
            .redirectError(Redirect.INHERIT).start();
        var lines = new String(get.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split("\n");
        return switch (get.waitFor()) {
            case 0 -> Optional.of(new Credential(lines[0], lines[1]));
            case 4 -> Optional.empty();
            default -> throw new IOException("atla-credential get: exit code " + get.exitValue());
        };
    }

    @Override
    public String toString() {
        return base; // a record would show the token
    }
}
