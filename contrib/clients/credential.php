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
    $get = proc_open(['atla-credential', 'get', '--format', 'json', '--url', $url], [1 => ['pipe', 'w']], $pipes)
        ?: throw new RuntimeException('no such program: atla-credential');
    $answer = stream_get_contents($pipes[1]);
    while (($status = proc_get_status($get))['running']) {
        usleep(1000);
    }
    $code = $status['exitcode']; // -1 after a signal, of which proc_close gives the number as if it were a code
    if ($code === 4) {
        return null;
    }
    $answer = $code === 0 ? json_decode($answer, true) : null;
    if ($answer === null) {
        throw new RuntimeException('atla-credential get: ' . ($code === 0 ? 'no JSON' : "exit code $code"));
    }
    return [$answer['apiBaseUrl'], $answer['authorization']];
}
