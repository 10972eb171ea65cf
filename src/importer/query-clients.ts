import { mostDangerous } from '../runs/policy/danger.ts';
import { type CommandClass, knownClass, orUnknown, unknownClass } from './command-class.ts';
import { curlDanger, wgetDanger } from './http-command.ts';
import { hasOption, isExpansion, type OptionSpec, parseOptions, valuesOf } from './options.ts';
import { mongoDanger, redisDanger, sqlDanger } from './query-danger.ts';

const psqlSpec: OptionSpec = {
  flags: 'AtxXqwWeEan1zlHb0sS',
  valued: 'hpUdcFPRvT',
  long: '--no-align --tuples-only --expanded --no-psqlrc --quiet --no-password --password --echo-all --csv --single-transaction --html --echo-errors --list',
  longValued: '--host --port --username --dbname --command --field-separator --pset --set --variable',
};

const mysqlSpec: OptionSpec = {
  flags: 'NBstvEfHXr',
  valued: 'huPDeqdp',
  long: '--batch --skip-column-names --table --vertical --silent --insecure --secure',
  longValued: '--host --user --password --port --database --execute --query --format --url',
};

/** Each text that a client of SQL executes. Undefined when an option is not known, or a file has the text. */
export const sqlTexts = (
  name: string,
  words: readonly string[],
  body?: string,
): readonly string[] | undefined => {
  const parsed = parseOptions(words, name === 'psql' ? psqlSpec : mysqlSpec);
  if (parsed === undefined) return undefined;
  const given = valuesOf(parsed, '-c', '--command', '-e', '--execute', '-q', '--query');
  if (name === 'psql' && hasOption(parsed, '-l', '--list'))
    return given.length === 0 && body === undefined ? [] : undefined;
  const texts = body === undefined ? given : [...given, body];
  return texts.length === 0 ? undefined : texts;
};

/** Each script that mongosh executes. Undefined when an option is not known, or a file has the script. */
const mongoTexts = (words: readonly string[], body?: string): readonly string[] | undefined => {
  const parsed = parseOptions(words, {
    valued: 'up',
    long: '--quiet --norc --tls --ssl',
    longValued: '--eval --host --port --username --password --authenticationDatabase --db',
  });
  if (parsed === undefined || parsed.operands.length > 1 || /\.\w*js$/.test(parsed.operands[0] ?? ''))
    return undefined;
  const given = valuesOf(parsed, '--eval');
  const texts = body === undefined ? given : [...given, body];
  return texts.length === 0 ? undefined : texts;
};

const redis = (words: readonly string[], hasInput: boolean): CommandClass => {
  const parsed = parseOptions(words, {
    flags: 'c3',
    valued: 'hpanuri',
    long: '--raw --no-raw --csv --json --tls --no-auth-warning --scan --latency --latency-history --latency-dist --stat --bigkeys --memkeys --hotkeys --version --insecure',
    longValued: '--user --pass --pattern --count --cacert --cert --key',
    isWrapper: true,
  });
  if (parsed === undefined) return unknownClass;
  const isMode = parsed.options.some(({ name }) =>
    /^--(?:scan|latency|stat|bigkeys|memkeys|hotkeys|version)/.test(name),
  );
  if (isMode) return parsed.operands.length === 0 && !hasInput ? knownClass('read') : unknownClass;
  return knownClass(redisDanger(parsed.operands));
};

/** Programs whose arguments are a query or a request. Undefined for other programs. */
export const byContent = (
  name: string,
  words: readonly string[],
  body: string | undefined,
): CommandClass | undefined => {
  const isClient = /^(?:curl|psql|mysql|cqlsh|redis-cli|mongosh?)$/.test(name);
  if (isClient && words.length === 1 && words[0] === '--version') return knownClass('read');
  if (name === 'curl') return orUnknown(curlDanger(words));
  if (name === 'wget') return orUnknown(wgetDanger(words));
  if (/^(?:psql|mysql|mariadb|clickhouse-client|cockroach|cqlsh)$/.test(name)) {
    const dialect = name === 'psql' ? 'postgres' : 'other';
    const texts = sqlTexts(name, words, body);
    // An expansion may be an option: `psql $OPTIONS`.
    if (texts === undefined || words.some(isExpansion)) return unknownClass;
    // `"$$"` is the number of a process for the shell, and quotes nothing; the output of a command may be any SQL.
    if (texts.some((sql) => /\$\w*\$|\$\(/.test(sql))) return knownClass('destructive');
    return knownClass(mostDangerous(texts.map((sql) => sqlDanger(sql, dialect))));
  }
  if (/^(?:mongosh|mongo)$/.test(name)) {
    const texts = mongoTexts(words, body);
    if (texts === undefined || words.some(isExpansion)) return unknownClass;
    return knownClass(mostDangerous(texts.map(mongoDanger)));
  }
  return /^(?:redis-cli|valkey-cli)$/.test(name) ? redis(words, body !== undefined) : undefined;
};
