/**
 * What kind of trouble an error is: the one vocabulary of `http`, `login`, `load`, `logs`, `health`
 * and of findings. Pure.
 *
 *   database    the database refused, lost or could not take the query, its schema differs included
 *   auth        who asks was not accepted: credentials, tokens, sessions, rights
 *   config      a setting or a secret of the service is missing or wrong
 *   dependency  something else that the service needs: another service, the network, DNS, TLS, a
 *               library (a hash that refuses more than 72 bytes is a library and its version)
 *   unknown     the words do not tell; nothing is guessed
 */
export const CATEGORIES = ['database', 'auth', 'config', 'dependency', 'unknown'] as const
export type Category = (typeof CATEGORIES)[number]

/** What is known of an error: words of a message or an answer, an HTTP status, a code such as ECONNREFUSED. */
export type ErrorSigns = { text?: string; status?: number; code?: string }

type Rule = readonly [Exclude<Category, 'unknown'>, RegExp]

/** Ports on which databases listen, and what stands beside an address that does not answer. */
const PORT = '(?:5432|5433|6432|3306|33060|27017|27018|1433|1521|26257)'
const NO_ANSWER = '(?:refused|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|timed out|unreachable)'

/**
 * In this order: the first rule that fits decides. What names a cause comes before what names the
 * place where it was noticed: a missing DATABASE_URL is a matter of configuration although Prisma
 * reports it, and a failed query behind a 401 is the database's.
 *
 * Messages as the programs write them, not words that any sentence may hold ("table", "token",
 * "configuration"). No quantifier stands inside another, so that each is tried in linear time; each
 * needs a text of three letters or more, by which logs are searched.
 */
export const CATEGORY_RULES: readonly Rule[] = [
  // A program that was not installed as it should be.
  [
    'dependency',
    /\bcannot find (?:module|package) ['"]|\bno module named\b|\bModuleNotFoundError\b|\bImportError: |\b(?:ERR_)?MODULE_NOT_FOUND\b|\b(?:ClassNotFoundException|NoClassDefFoundError|NoSuchMethodError)\b|cannot open shared object file|invalid ELF header|compiled against a different Node\.js version|GLIBC_[\d.]+' not found|\bundefined symbol: /i,
  ],
  [
    'dependency',
    /longer than 72 bytes|password length exceeds 72 bytes|72[- ]byte limit|error reading bcrypt version|has no attribute '__about__'/i,
  ],
  // A store that is not the database, and asks for a password as one would.
  [
    'dependency',
    /\b(?:Redis|ClientClosed|Kafka|AMQP|Elasticsearch)\w*Error\b|\bReplyError\b|\bNOAUTH authentication|max retries per request limit/i,
  ],

  // Settings: by their names, which are written in capitals.
  [
    'config',
    /\b[A-Z][A-Z0-9]*_[A-Z0-9_]+[`'"]? (?:environment variable |env var |setting |option )?(?:(?:is|was) )?(?:not set|not defined|not configured|not provided|not found|missing|undefined|unset|empty|required|too short|must be|must have|must not)/,
  ],
  [
    'config',
    /\b(?:[Mm]issing|[Uu]ndefined|[Uu]nset|[Ii]nvalid|[Nn]o|[Ss]et|[Dd]efine|not found:?) (?:the |a |required |value for |env(?:ironment)? var(?:iable)?s?:? )?[`'"]?[A-Z][A-Z0-9_]*(?:_URL|_URI|_DSN|_SECRET|_KEY|_TOKEN|_HOST|_PORT|_USER|_NAME|_PASSWORD|_ID|_BASE|_DOMAIN|_ISSUER|_SALT)\b|\bKeyError: ['"][A-Z][A-Z0-9]*_[A-Z0-9_]+['"]/,
  ],
  [
    'config',
    /\b(?:environment variable|env var(?:iable)?)s?\b[^\n]{0,80}\b(?:not (?:set|found|defined)|unset|undefined|missing|required|invalid|empty|must be)\b|\b(?:missing|undefined|unset|required|invalid|unknown)\b[^\n]{0,40}\b(?:environment|env) var/i,
  ],
  [
    'config',
    /\bMissingSecret\b|\bNO_SECRET\b|\bUntrustedHost\b|\bImproperlyConfigured\b|\bMissingAdapter\b|\bInvalidEndpoints\b|problem with the server configuration|please define a [`'"]?secret\b|\bmissing [`'"]?secret\b|\bsecret_key_base\b/i,
  ],
  [
    'config',
    /\b(?:signing |session |client |jwt |app |shared )?(?:secret|signing key)(?: key)?[`'"]? (?:is |was )?(?:missing|too short|too weak|weak|not set|not defined|not configured|undefined|empty|required)\b|\bno secret key was set\b|\bsecret (?:option|key) (?:is )?required\b|password must be at least 32 characters/i,
  ],
  [
    'config',
    /\bsecretOrP(?:rivate|ublic)Key (?:must|has|is)\b|\bsecret or (?:public key|key) must\b|requires a secret or key|zero-length key is not supported|client password must be a string|must be a string or instance of Buffer, TypedArray/i,
  ],
  [
    'config',
    /\binvalid_client\b|\bredirect_uri_mismatch\b|\bunauthorized_client\b|\binvalid_scope\b|invalid redirect_uri|unknown authentication strategy|login sessions require session support|not allowed by CORS|\bOAuth client was not found\b/i,
  ],
  [
    'config',
    /\b(?:failed|unable|could not|cannot|error) (?:to )?(?:load(?:ing)?|pars(?:e|ing)|read(?:ing)?|find) (?:the )?(?:\S+ )?config(?:uration)?\b|\b(?:invalid|bad|missing|broken) (?:\S+ )?config(?:uration)?\b|\bmisconfigur(?:ed|ation)\b|\bconfig(?:uration)? error\b|\bconfig(?:uration)?(?: file)? (?:\S+ )?(?:is |was )?(?:invalid|missing|not found)\b|validation errors? for \w*(?:settings|config)\b/i,
  ],
  [
    'config',
    /URL must start with the protocol|invalid (?:connection string|dsn|database url)\b|\bcould not parse (?:rfc1738|sqlalchemy) url\b|\b(?:EADDRINUSE|EACCES)\b|address already in use|\bENOENT\b[^\n]{0,160}(?:\.env\b|\.pem\b|\.key\b|\.crt\b|config)/i,
  ],

  // Databases: what drivers and object mappers call their errors.
  [
    'database',
    /\bSQLSTATE\b|\bSQLITE_[A-Z]+|\bsqlite3?\.\w*error|\bpsycopg2?\.|\basyncpg\.|\baiomysql\b|\bpymysql\.|\bsqlalchemy\.(?:exc|orm)\b|sqlalche\.me\/e\/|\bjava\.sql\.|\bSQL\w*Exception\b|\bORA-\d{5}\b|\bER_[A-Z]+_[A-Z_]+\b|\bpq: |\bActiveRecord::|\bgorm\b[^\n]{0,40}error|\bEcto\.\w*Error/i,
  ],
  [
    'database',
    /\bPrisma\w*Error\b|invalid [`'"]\w*\.?prisma\.|\bMongo\w*Error\b|\bMongooseError\b|\bSequelize\w*Error\b|\bQueryFailedError\b|\bDrizzle\w*Error\b|\bKnexTimeoutError\b|\bTypeORMError\b|\b(?:Operational|Programming|Integrity|Interface)Error\b|\bUndefined(?:Column|Table)(?:Error)?\b|\bDatabaseError\b|\bAdapterError\b/i,
  ],
  // Their connections.
  [
    'database',
    /not queryable|client must be connected|topology (?:is|was) (?:closed|destroyed)|server selection (?:timed out|error)|buffering timed out|\bconnection terminated\b|timeout exceeded when trying to connect|after calling end on the pool|called end on pool|client has already been (?:connected|released)|another operation is in progress|\bconnection is closed\b|connection was closed in the middle of|session that has ended|PROTOCOL_CONNECTION_LOST/i,
  ],
  [
    'database',
    /too many (?:clients|connections)\b|remaining connection slots|\bQueuePool limit\b|timeout acquiring a connection|fetching a new connection from the connection pool|\b(?:connection|database|db) pool (?:is |was )?(?:exhausted|full|closed|destroyed|draining|timeout|timed out)|\bResourceRequest timed out|lost connection to MySQL|server has gone away|server closed the connection unexpectedly|terminating connection due to|the database system is (?:starting|shutting|in recovery|not yet)/i,
  ],
  [
    'database',
    /can't (?:reach|connect to) (?:the )?(?:database|MySQL|local MySQL)|authentication failed against (?:the )?database|password authentication failed for user|no pg_hba\.conf entry|\baccess denied for user '|\bbad auth\b|connection to server (?:at|on) [^\n]{0,160} failed|permission denied for (?:table|relation|schema|database|sequence|function|view)\b/i,
  ],
  [
    'database',
    new RegExp(
      `\\b(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|dial tcp)\\b[^\\n]{0,80}:${PORT}\\b|:${PORT}\\b[^\\n]{0,80}\\b${NO_ANSWER}`,
      'i',
    ),
  ],
  // Their queries and schemas.
  [
    'database',
    /\bfailed query\b|\b(?:column|relation|table|database|role|schema|function|sequence|index|constraint|view|extension|prepared statement|portal) [`'"][^`'"\n]{1,120}[`'"][^\n]{0,80}\b(?:does not exist|doesn't exist|already exists|not found)|\bcolumn [\w.]{1,120} (?:of relation \S{1,120} )?does not exist|\b(?:table|column) [\w.]{1,120} (?:does not|doesn't) exist|\bno such (?:table|column)\b|\bunknown (?:column|database) '|has no column named/i,
  ],
  [
    'database',
    /duplicate key value|E11000 duplicate key|\bduplicate entry '|violates (?:not-null|foreign key|unique|check|exclusion) constraint|\b(?:unique|not null|foreign key|check) constraint failed|null value in column|value too long for type|data too long for column|invalid input syntax for|syntax error at or near|error in your SQL syntax|SQL logic error|cached plan must not change/i,
  ],
  [
    'database',
    /\bdeadlock (?:detected|found)|lock wait timeout exceeded|could not serialize access|current transaction is aborted|canceling statement due to|transaction has been rolled back|database is locked|database disk image is malformed|readonly database|read-only transaction|file is not a database|unable to open database/i,
  ],
  [
    'database',
    /can't locate revision identified by|database is not up to date|\bpending migrations?\b|migrations? (?:\S+ )?(?:failed|are pending|is pending)|\bFlywayException\b|\bPendingMigrationError\b|\bdrift detected\b/i,
  ],
  [
    'database',
    /\b(?:database|db) (?:connection |query )?(?:error|failure|unavailable|unreachable|timeout|timed out|closed|lost|failed|refused)\b|\b(?:database|db) (?:is|was) (?:unavailable|unreachable|down|closed|not (?:available|connected|reachable|ready))|\b(?:cannot|could not|couldn't|can't|failed to|unable to|not able to) (?:connect|reach|open|access|query|write|read)\b[^\n]{0,40}\b(?:database|db|postgres(?:ql)?|mysql|mongodb)\b/i,
  ],

  // Who asks is not accepted.
  [
    'auth',
    /\bunauthori[sz]ed\b|\bforbidden\b|\bnot (?:authenticated|authori[sz]ed|logged in)\b|\bauthentication (?:failed|required|error|failure|credentials)|\bunauthenticated\b|\b(?:login|sign-?in|log-?in) (?:failed|required)\b|\baccess[ _]denied\b|\bpermission denied \((?:publickey|password)|insufficient(?:[_ ](?:permissions?|privileges?|scope|rights?))|do(?:es)? not have permission/i,
  ],
  [
    'auth',
    /\b(?:invalid|incorrect|wrong|bad|missing) (?:user(?:name)? or password|email or password|username|login credentials|login or password|password|credentials?)\b|\b(?:invalid|incorrect|wrong|missing|expired|malformed|revoked|no) (?:(?:access|refresh|id|bearer|auth|session|api|security|reset|csrf|xsrf|authenticity|authorization|jwt|web) )*(?:token|jwt|signature|api key|authorization header|authorization code)\b/i,
  ],
  [
    'auth',
    /\bjwt (?:is )?(?:expired|malformed|must be provided|not active|audience invalid|issuer invalid|signature|id invalid|subject invalid)|\b(?:JsonWebToken|TokenExpired|NotBefore|InvalidSignature|ExpiredSignature|InvalidToken|Decode)Error\b|\b(?:JWT|JWS|JWE|JWK)S?[A-Z]\w{3,40}\b|\bERR_J(?:WT|WS|WE|WK|WKS|OSE)_|signature (?:verification failed|has expired|does not match)|not enough segments/,
  ],
  [
    'auth',
    /claim (?:timestamp check failed|value)|no applicable key found|decryption operation failed|\b(?:token|session|cookie|password|otp|login)(?: \w+)? (?:has |is |was |has been )?(?:expired|revoked|invalidated|tampered|timed out)\b|\b(?:token|session) (?:is |was )?(?:invalid|missing|not (?:valid|found))|\bJWT_SESSION_ERROR\b|\b(?:JWTSession|SessionToken|CallbackRoute|OAuthCallback|OAuthSignIn|SignIn)Error\b|\bCredentialsSignin\b|\bOAuthAccountNotLinked\b|\bAccessDenied\b/i,
  ],
  [
    'auth',
    /\bcsrf\b[^\n]{0,40}(?:mismatch|fail|missing|invalid|incorrect|not set|expired|verif)|\b(?:MissingCSRF|InvalidCheck|InvalidAuthenticityToken)\b|pkce\w* value could not be parsed|\bstate (?:mismatch|cookie was missing)|\binvalid_(?:grant|token|credentials)\b|\b(?:login|interaction|consent)_required\b|failed to (?:de)?serialize user|InvalidCredentialsError|\bLdapErr\b|account (?:is |has been )?(?:locked|disabled|suspended)|too many (?:failed )?(?:login|sign-in) attempts/i,
  ],

  // What the service needs besides.
  [
    'dependency',
    /\b(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOTFOUND|ETIMEDOUT|ESOCKETTIMEDOUT|EAI_AGAIN|EAI_NODATA|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|EPIPE|EPROTO)\b|\bUND_ERR_|\bERR_(?:TLS|SSL|HTTP2|SOCKET|STREAM_PREMATURE)_\w+/,
  ],
  [
    'dependency',
    /\bconnection (?:was |has been )?(?:refused|reset|aborted|timed out)\b|\bconnection was closed before|socket hang up|other side closed|\bfetch failed\b|\bgetaddrinfo\b|name or service not known|name resolution|no such host|nodename nor servname|\bunknown host\b|name server does not answer|(?:host|network) (?:is )?unreachable|no route to host|could not resolve host|no (?:answer|connection) within|the answer stopped halfway|remote end closed connection|server disconnected/i,
  ],
  [
    'dependency',
    /\bbad gateway\b|\bgateway time-?out\b|\bservice (?:is )?(?:temporarily )?unavailable\b|\bupstream (?:connect|request|timed out|prematurely|sent|server|service|reset|error|is)|\bto upstream\b|\bfrom upstream\b|\bno (?:live|healthy) upstream|reset before headers|\bcircuit breaker (?:is )?open\b/i,
  ],
  [
    'dependency',
    /\bcertificate (?:has expired|verify failed|is (?:self-signed|not trusted|for another host|of an unknown)|signed by unknown|required|revoked)|\bself[- ]signed certificate|unable to (?:verify the first|get local issuer) certificate|\bCERT_\w+|\b(?:UNABLE_TO_(?:VERIFY|GET_ISSUER)|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT)\w*|\bSSL routines\b|\bx509: |\btls: |\bSSLError\b|\bSSL_ERROR_|handshake (?:failure|failed)|does not match certificate/i,
  ],
  [
    'dependency',
    /max retries exceeded with url|\b(?:Read|Connect|Write|Pool)Timeout\b|\b(?:Connect|NewConnection|MaxRetry|Timeout)Error\b|\b(?:request|connection|connect|operation|read|socket|call|lookup|query) (?:has )?(?:timeout|time-out|time out)\b|\btimed out\b|\btimeout (?:of|after|exceeded|expired|reached)\b/i,
  ],
]

/** SQLSTATE classes of errors; the codes of Prisma are P and four digits. */
const SQLSTATE = /^(?:08|0A|2[2-8]|2D|3[9BDF]|4[024]|5[3-8]|P0|XX)[0-9A-Z]{3}$/
const PRISMA = /^P\d{4}$/
const UNSET_IN_PRISMA = 'P1012'

/** Proxies of large networks have statuses of their own for an origin that does not answer. */
const isDependency = (status: number): boolean =>
  (status >= 502 && status <= 504) || (status >= 520 && status <= 527) || status === 530
/** 419: an expired page, as Laravel answers a form without a valid token. */
const AUTH_STATUSES = [401, 403, 407, 419]

export function categoryOf({ text = '', status, code = '' }: ErrorSigns): Category {
  if (PRISMA.test(code)) return code === UNSET_IN_PRISMA ? 'config' : 'database'
  if (SQLSTATE.test(code)) return 'database'
  const words = code === '' ? text : `${code} ${text}`
  const found = CATEGORY_RULES.find(([, pattern]) => pattern.test(words))
  if (found !== undefined) return found[0]
  if (status === undefined) return 'unknown'
  if (AUTH_STATUSES.includes(status)) return 'auth'
  return isDependency(status) ? 'dependency' : 'unknown'
}
