/**
 * First letters of tokens by vendor, each followed by at least 16 letters of a token. Sources: the documentation of the vendors;
 * the rule sets of gitleaks and detect-secrets name the vendors that have such a prefix.
 */
export const tokenPrefixes: readonly string[] = [
  // Source code and packages
  'gh[pousr]_',
  'github_pat_',
  'gl(?:pat|dt|rt|ptt|cbt|agent|oas|soat|ft|imt|ffct|wt)-',
  'GR1348941',
  'npm_',
  'vercel_blob_rw_',
  'pypi-',
  'rubygems_',
  'CLOJARS_',
  'cio(?=[A-Za-z0-9]{32}(?!\\w))',
  'oy2(?=[a-z0-9]{43})',
  'dckr_(?:pat|oat)_',
  'ATATT3',
  'ATCTT3',
  'ATBB',
  'AKCp',
  'cmVmd(?=\\w{40})',
  'sq[uap]_(?=[0-9a-f]{40})',
  'sgp_',
  'CCIPAT_',
  'bk(?:ua|at)_',
  // Clouds and platforms
  'AIza',
  'GOCSPX-',
  'ABSK',
  'LTAI',
  'AKID',
  'AQVN',
  'do[opr]_v1_',
  '(?:dapi|dose)(?=[0-9a-f]{32})',
  'cfut_',
  'YCAJE',
  'y0_(?=[\\w-]{40})',
  't1\\.9eu',
  'HRKU-',
  'fo1_',
  'fm[12][ar]?_',
  'tk-us-',
  'pscale_(?:tkn|pw|oauth)_',
  'pul-(?=[0-9a-f]{40})',
  'sha256~',
  'SWMTKN-1-',
  'API-(?=[A-Z0-9]{26})',
  'pnu_',
  // Secret stores
  'hv[sbr]\\.',
  'b\\.AAAAAQ',
  's\\.(?=[A-Za-z0-9]{24}(?!\\w))',
  'dp\\.(?:pt|st|ct|sa|scim|audit)\\.',
  'A3-(?=[A-Z0-9]{6}-)',
  'AGE-SECRET-KEY-1',
  'RWRTY0Iy',
  'ops_eyJ',
  // Monitoring
  'gl(?:c|sa)_',
  'NR(?:AK|II|JS|RA)-',
  'ddpub_',
  'eyJrIjoi',
  'sdk-(?=[0-9a-f]{8}-[0-9a-f]{4}-)',
  'sntry[su]_',
  'PMAK-',
  // Chat and mail
  'xox[a-z](?:\\.xox[a-z])?-',
  'xapp-\\d-',
  'key-(?=[0-9a-f]{32})',
  'xkeysib-',
  'xsmtpsib-',
  'dG9rO(?=[\\w+/]{40})',
  'SK(?=[0-9a-f]{32}(?!\\w))',
  // Payment and shops
  '(?:sk|pk|rk)[-_](?:live|test|prod|proj|ant|svcacct|admin)?[-_]?',
  'whsec_',
  'shp(?:at|ca|pa|ss|tka)_',
  'access-(?:sandbox|development|production)-(?=[0-9a-f]{8}-)',
  'shippo_(?:live|test)_',
  'sq0(?:atp|csp|idp)-',
  'EAAA',
  'EAA[A-Z](?=[A-Za-z0-9]{60})',
  'EZ[AT]K',
  'FLW(?:SECK|PUBK)(?:_TEST)?-',
  'duffel_(?:test|live)_',
  'fio-u-',
  // Models and data
  'hf_',
  'api_org_',
  'pcsk_',
  'fw_(?=[A-Za-z0-9]{22,24}(?!\\w))',
  'gsk_',
  'r8_',
  'xai-',
  'pplx-',
  // Networks, sites and builds
  'tskey-',
  'sbp_',
  'sb_secret_',
  're_(?=\\w{8}_\\w{20,})',
  'nfp_',
  'vc[pirak]_',
  'rnd_',
  'snyk_uat\\.',
  'ory_[ar]t_',
  'phx_',
  'nvapi-',
  'jina_',
  'tvly-',
  'rpa_',
  'lsv2_(?:pt|sk)_',
  'pat-(?:na|eu)\\d-',
  'sl\\.(?=[\\w-]{60})',
  // The first bytes of a private key in base64: '-----BEGIN PRIV', 'RSA ', 'EC P', 'OPEN', 'ENCR', 'DSA ', 'PGP '
  'LS0tLS1CRUdJTi(?:BQUklW|BSU0Eg|BFQyBQ|BPUEVO|BFTkNS|BEU0Eg|BQR1Ag)',
  // The first bytes of a private key of OpenSSH, whose first line is missing
  'b3BlbnNzaC1rZXktdjE',
  // Documents
  'lin_(?:api|oauth)_',
  'ntn_',
  'secret_(?=[A-Za-z0-9]{43})',
  'figd_',
  'tfp_',
  'rdme_',
  'CFPAT-',
  'waka_',
  'u-s4t2(?:ud|af)-',
  'pat(?=\\w{14}\\.[0-9a-f]{64})',
];

/** Tokens of several parts. */
export const tokenShapes: readonly string[] = [
  // AWS
  '(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Z0-9])',
  // Google: OAuth 2.0
  'ya29\\.[\\w-]{20,}',
  '1//0[\\w-]{30,}',
  // SendGrid
  'SG\\.[\\w-]{8,}\\.[\\w.-]{16,}',
  // Dynatrace
  'dt0[a-z]\\d{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{40,}',
  // Azure AD
  '[\\w~.]{3}\\dQ~[\\w~.-]{31,34}',
  // Telegram
  '(?:bot)?\\d{8,10}:A[\\w-]{34}(?![\\w-])',
  // Discord
  '[MNO][\\w-]{23,25}\\.[\\w-]{6}\\.[\\w-]{27,38}(?![\\w-])',
  // Kubernetes: a bearer token as a subprotocol of a WebSocket
  'base64url\\.bearer\\.authorization\\.k8s\\.io\\.[\\w-]{8,}',
  // Asana
  '[12]/\\d{14,19}:[0-9a-f]{32}',
  // PASETO
  'v[1-4]\\.(?:local|public)\\.[\\w-]{30,}(?:\\.[\\w-]+)?',
  // k3s: the token that joins a node
  'K10[0-9a-f]{64}::[\\w-]{1,32}:\\w{8,}',
  // Bitwarden Secrets Manager
  '0\\.[0-9a-f]{8}-[0-9a-f-]{27}\\.\\w{20,}:[\\w+/]{16,}=*',
  // Firebase Cloud Messaging
  'AAAA[\\w-]{7}:[\\w-]{100,}',
  // CAS: service and granting tickets
  '(?:ST|PT|TGT|PGT)-\\d{1,10}-(?=[\\w.-]{0,64}\\d)[\\w.-]{16,}',
  // Braintree
  'access_token\\$(?:production|sandbox)\\$\\w{16}\\$[0-9a-f]{32}',
  // Hashes of passwords: crypt(5), Django, LDAP (RFC 2307), SCRAM in PostgreSQL
  '\\$(?:[1567y]|gy|2[abxy]?|md5|sha1|apr1|argon2(?:id|i|d)|scrypt|bcrypt|pbkdf2[\\w-]{0,16})\\$[\\w./+=,$-]{16,}',
  '(?:pbkdf2_sha\\d{1,3}|bcrypt_sha256|argon2|scrypt)\\$[\\w./+=,$-]{16,}',
  '\\{(?:S?SHA\\d{0,3}|S?MD5|CRYPT)\\}[\\w+/$.=]{12,}',
  'SCRAM-SHA-\\d{1,3}\\$\\d{1,7}:[\\w+/=]{8,}(?:[$:][\\w+/=]{8,}){0,2}',
  // Cloudflare
  'v1\\.0-[0-9a-f]{24}-[0-9a-f]{100,}',
];

/** Tokens that begin like any other word: searched for only in texts with this part of them. */
export const markedTokens: readonly (readonly [part: string, shape: string])[] = [
  // Terraform Cloud
  ['.atlasv1.', '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w=-]{40,}'],
  // Mailchimp
  ['-us', '[0-9a-f]{32}-us\\d{1,2}(?!\\d)'],
  // New Relic
  ['NRAL', '[0-9a-f]{36}NRAL'],
  // Azure DevOps
  ['AZDO', '[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}'],
  // MaxMind
  ['_mmk', '[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk'],
];

/** Addresses whose path is a secret: webhooks. */
export const secretPaths: readonly string[] = [
  'hooks\\.slack(?:-gov)?\\.com/(?:services|workflows|triggers)/',
  'discord(?:app)?\\.com/api(?:/v\\d+)?/webhooks/\\d+/',
  'webhook\\.office\\.com/webhookb2/',
  'chat\\.googleapis\\.com/v1/spaces/[\\w-]+/messages\\?',
  'outlook\\.office\\.com/webhook/',
  'events\\.pagerduty\\.com/integration/',
  'maker\\.ifttt\\.com/trigger/\\w+/with/key/',
  'hooks\\.zapier\\.com/hooks/catch/\\d+/',
  'hook\\.(?:\\w{2,3}\\d?\\.)?(?:make|integromat)\\.com/',
  'feishu\\.cn/open-apis/bot/v2/hook/',
  'qyapi\\.weixin\\.qq\\.com/cgi-bin/webhook/send\\?key=',
  'hc-ping\\.com/',
  'alert\\.victorops\\.com/integrations/generic/\\d+/alert/',
];
