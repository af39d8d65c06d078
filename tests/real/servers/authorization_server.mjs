// An authorization server on oidc-provider, configured by a JSON file: `node authorization_server.mjs CONFIGURATION`.
//
// {"port": 1, "clients": [...], "trustedKey": {JWK, public}, "nonces": false, "tls": {"key", "cert", "ca"}}
// With "tls" (PEM texts), clients may show a certificate of "ca".
// The password, token exchange and JWT bearer grants are added by the extension point of the library.
import { X509Certificate, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { importJWK, jwtVerify } from 'jose';
import { Provider, errors } from 'oidc-provider';

const given = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const issuer = `${given.tls ? 'https' : 'http'}://127.0.0.1:${given.port}`;
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

const signing = {
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid: 'server', alg: 'RS256', use: 'sig',
};

const provider = new Provider(issuer, {
  clients: given.clients,
  jwks: { keys: [signing] },
  cookies: { keys: ['not a secret'] },
  scopes: ['openid', 'offline_access', 'email', 'orders:read'],
  claims: { openid: ['sub'], email: ['email'] },
  responseTypes: ['code', 'id_token', 'id_token token', 'code id_token', 'none'],
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'tls_client_auth'],
  pkce: { required: (ctx, client) => client.clientAuthMethod === 'none' },
  rotateRefreshToken: true,
  issueRefreshToken: async (ctx, client, code) => client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
  ttl: { AccessToken: 600, ClientCredentials: 600, DeviceCode: 600, Grant: 600, IdToken: 600, Interaction: 600, RefreshToken: 600, Session: 600 },
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id, email: `${id}@example.test` }) }),
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    revocation: { enabled: true },
    introspection: { enabled: true, allowedPolicy: async () => true },
    userinfo: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => given.nonces },
    mTLS: {
      enabled: true, tlsClientAuth: true, certificateBoundAccessTokens: true,
      getCertificate: (ctx) => certificateOf(ctx)?.toString(),
      certificateAuthorized: (ctx) => ctx.socket.authorized === true,
      certificateSubjectMatches: (ctx, property, expected) => property === 'tls_client_auth_subject_dn' && certificateOf(ctx)?.subject === expected,
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => undefined,
      getResourceServerInfo: async (ctx, resource) => ({ scope: 'orders:read', audience: resource, accessTokenFormat: 'jwt' }),
    },
  },
});

function certificateOf(ctx) {
  const raw = ctx.socket.getPeerCertificate?.()?.raw;
  return raw && new X509Certificate(raw);
}

async function issue(ctx, accountId, scope) {
  const { client, provider: { AccessToken, Grant } } = ctx.oidc;
  const grant = new Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope(scope || 'openid');
  const token = new AccessToken({ accountId, client, grantId: await grant.save(), gty: 'extension', scope: scope || 'openid' });
  return { access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer', scope: token.scope };
}

provider.registerGrantType('password', async (ctx) => {
  const { username, password, scope } = ctx.oidc.params;
  if (password !== 'open sesame') throw new errors.InvalidGrant('wrong password');
  ctx.body = await issue(ctx, username, scope);
}, ['username', 'password', 'scope']);

provider.registerGrantType(EXCHANGE, async (ctx) => {
  const { subject_token: subject, subject_token_type: kind, scope } = ctx.oidc.params;
  const token = kind === 'urn:ietf:params:oauth:token-type:access_token' && await ctx.oidc.provider.AccessToken.find(subject);
  if (!token) throw new errors.InvalidGrant('the subject token is unknown');
  ctx.body = { ...await issue(ctx, token.accountId, scope), issued_token_type: kind };
}, ['subject_token', 'subject_token_type', 'audience', 'scope', 'requested_token_type', 'actor_token', 'actor_token_type']);

const trusted = await importJWK(given.trustedKey, given.trustedKey.alg);
provider.registerGrantType(JWT_BEARER, async (ctx) => {
  const { assertion, scope } = ctx.oidc.params;
  const { payload } = await jwtVerify(assertion, trusted, { audience: `${issuer}/token` })
    .catch((error) => { throw new errors.InvalidGrant(error.message); });
  ctx.body = await issue(ctx, payload.sub, scope);
}, ['assertion', 'scope']);

provider.on('server_error', (ctx, error) => console.error(error));
if (given.tls) {
  createServer({ ...given.tls, requestCert: true, rejectUnauthorized: false }, provider.callback()).listen(given.port, '127.0.0.1');
} else {
  provider.listen(given.port, '127.0.0.1');
}
