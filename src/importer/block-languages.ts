/** Tags of code blocks that hold commands of a shell. */
export const shellLanguages: ReadonlySet<string> = new Set([
  'bash',
  'sh',
  'shell',
  'zsh',
  'ksh',
  'console',
  'shell-session',
  'shellsession',
  'sh-session',
  'terminal',
  'cmd',
  'command',
  'bash-session',
]);
export const sqlLanguages: ReadonlySet<string> = new Set([
  'sql',
  'psql',
  'pgsql',
  'postgres',
  'postgresql',
  'plpgsql',
  'mysql',
  'tsql',
  'mariadb',
  'sqlite',
  'plsql',
  'cql',
  'clickhouse',
]);
export const scriptLanguages: ReadonlySet<string> = new Set([
  'js',
  'javascript',
  'mongodb',
  'mongo',
  'mongosh',
]);
export const redisLanguages: ReadonlySet<string> = new Set(['redis', 'redis-cli', 'valkey']);
export const powershellLanguages: ReadonlySet<string> = new Set(['powershell', 'ps1', 'pwsh', 'ps', 'posh']);
/** Statements for other servers than PostgreSQL, which no operation takes. */
export const otherSql: ReadonlySet<string> = new Set(
  'mysql tsql mariadb sqlite plsql cql clickhouse'.split(' '),
);
