<?php

require 'credential.php';

foreach (array_slice($argv, 1) as $url) {
    try {
        $found = credential($url);
    } catch (RuntimeException $error) {
        fwrite(STDERR, "$error\n" . print_r($error->getTrace(), true));
        echo "stopped\n";
        continue;
    }
    if ($found === null) {
        echo "none\n";
        continue;
    }
    [$base, $authorization] = $found;
    $context = stream_context_create(['http' => ['header' => "Authorization: $authorization"]]);
    file_get_contents("$base/rest/api/2/myself", context: $context);
    echo explode(' ', $http_response_header[0])[1], "\n";
}
