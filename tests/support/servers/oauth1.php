<?php
// php -S 127.0.0.1:PORT oauth1.php: the PECL class OAuthProvider verifies. /request_token, /authorize and /access_token
// are the login in three steps; everything else is protected. HTTPLS_STATE names a file for what is to be remembered.
$file = getenv('HTTPLS_STATE');
$state = is_file($file)
    ? json_decode(file_get_contents($file), true)
    : ['temporary' => [], 'tokens' => ['acc-tok' => 'accsecret'], 'nonces' => []];
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
header('Content-Type: text/plain');

if ($path === '/authorize') {
    $token = $_GET['oauth_token'];
    $verifier = bin2hex(random_bytes(4));
    $state['temporary'][$token]['verifier'] = $verifier;
    file_put_contents($file, json_encode($state));
    $callback = $state['temporary'][$token]['callback'];
    $mark = strpos($callback, '?') === false ? '?' : '&';
    header("Location: $callback{$mark}oauth_token=$token&oauth_verifier=$verifier", true, 302);
    exit;
}

try {
    $provider = new OAuthProvider();
    $provider->consumerHandler(function ($provider) {
        if ($provider->consumer_key !== 'ck') return OAUTH_CONSUMER_KEY_UNKNOWN;
        $provider->consumer_secret = 'csecret';
        return OAUTH_OK;
    });
    $provider->timestampNonceHandler(function ($provider) use (&$state) {
        if (abs(time() - $provider->timestamp) > 300) return OAUTH_BAD_TIMESTAMP;
        $key = $provider->nonce . $provider->timestamp;
        if (isset($state['nonces'][$key])) return OAUTH_BAD_NONCE;
        $state['nonces'][$key] = 1;
        return OAUTH_OK;
    });
    $provider->tokenHandler(function ($provider) use (&$state, $path) {
        if ($path === '/access_token') {
            $temporary = $state['temporary'][$provider->token] ?? null;
            if (!$temporary) return OAUTH_TOKEN_REJECTED;
            if (($temporary['verifier'] ?? '') !== $provider->verifier) return OAUTH_VERIFIER_INVALID;
            $provider->token_secret = $temporary['secret'];
            return OAUTH_OK;
        }
        if (!isset($state['tokens'][$provider->token])) return OAUTH_TOKEN_REJECTED;
        $provider->token_secret = $state['tokens'][$provider->token];
        return OAUTH_OK;
    });
    if ($path === '/request_token') $provider->isRequestTokenEndpoint(true);
    $provider->checkOAuthRequest();
    if ($path === '/request_token') {
        $token = bin2hex(random_bytes(6));
        $secret = bin2hex(random_bytes(6));
        $state['temporary'][$token] = ['secret' => $secret, 'callback' => $provider->callback];
        echo "oauth_token=$token&oauth_token_secret=$secret&oauth_callback_confirmed=true";
    } elseif ($path === '/access_token') {
        $token = bin2hex(random_bytes(6));
        $secret = bin2hex(random_bytes(6));
        $state['tokens'][$token] = $secret;
        unset($state['temporary'][$provider->token]);
        echo "oauth_token=$token&oauth_token_secret=$secret";
    } else {
        echo $provider->signature_method, ' ', json_encode($_POST);
    }
} catch (OAuthException $error) {
    http_response_code(401);
    echo OAuthProvider::reportProblem($error);
}
file_put_contents($file, json_encode($state));
