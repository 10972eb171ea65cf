import { delimiter, join, resolve } from 'node:path';
import { type Kubeconfig, parseKubeconfig } from '../../clients/kubernetes/kubeconfig.ts';
import { isSslMode, sslModes } from '../../clients/postgres/address.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { isObject } from '../../domain/text/value-text.ts';
import type { FirstSource } from '../../importer/first-profile.ts';
import { singleLine } from '../../importer/yaml-text.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { isLoopbackHost } from '../../platform/network/http-listener.ts';
import { homeDir } from '../../platform/runtime/home-dir.ts';
import type { CommandContext } from '../command/context.ts';
import { composeNames, composeSelection } from './compose-files.ts';
import { composeModel } from './compose-model.ts';
import { composeProject } from './compose-project.ts';

/** The places searched, and the findings there. Texts come from files and variables, without credentials. */
export interface FoundSystem {
  readonly what: string;
  readonly found: boolean;
  readonly detail: string;
  readonly source?: FirstSource;
}

const failure = (error: unknown): string => stripControls(errorMessage(error));

const found = (what: string, detail: string, source: FirstSource): FoundSystem => ({
  what,
  found: true,
  detail: singleLine(detail),
  source: { ...source, from: `${what}: ${detail}` },
});
const missing = (what: string, detail: string): FoundSystem => ({
  what,
  found: false,
  detail: singleLine(detail),
});

/** The paths of $KUBECONFIG, or the default one. */
const kubeconfigPaths = ({ processEnv }: CommandContext): readonly string[] => {
  const listed = (processEnv.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return listed.length > 0 ? listed : [join(homeDir(processEnv), '.kube', 'config')];
};

interface KubeconfigFile {
  readonly path: string;
  /** Absent: the file does not exist, or cannot be read. */
  readonly config?: Kubeconfig;
  readonly problem?: string;
}

const readKubeconfig = async (files: Files, path: string): Promise<KubeconfigFile> => {
  try {
    const text = await files.read(resolve(path));
    return text === undefined ? { path } : { path, config: parseKubeconfig(text, path) };
  } catch (error) {
    const problem = failure(error);
    return { path, problem: problem.startsWith(path) ? problem : `${path}: ${problem}` };
  }
};

/** Source: Kubernetes documentation, Object Names and IDs, RFC 1123 label names. */
const isNamespace = (name: string): boolean => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(name);

/** The current context of the kubeconfig, or its only one. Credentials of the file are not used. */
const findKubernetes = async (context: CommandContext): Promise<FoundSystem> => {
  const what = 'kubeconfig';
  const paths = kubeconfigPaths(context);
  const read = await Promise.all(paths.map((path) => readKubeconfig(context.files, path)));
  const problems = read.flatMap(({ problem }) => problem ?? []);
  const skipped = problems.length === 0 ? '' : `; skipped ${problems.join('; ')}`;
  const configs = read.flatMap(({ path, config }) => (config === undefined ? [] : [{ path, ...config }]));
  if (configs.length === 0)
    return missing(what, problems.join('; ') || `no ${paths.join(', ')}; set KUBECONFIG`);
  const contexts = [...new Set(configs.flatMap((config) => config.contexts.map(({ name }) => name)))];
  const current = configs.find((config) => config.current !== undefined)?.current;
  const name = current ?? (contexts.length === 1 ? contexts[0] : undefined);
  const own = configs.find((config) => config.contexts.some((entry) => entry.name === name));
  if (name === undefined || own === undefined)
    return missing(
      what,
      `no current context; choose one of ${contexts.join(', ') || '(none)'}: kubectl config use-context${skipped}`,
    );
  try {
    const namespace = own.contexts.find((kubeconfigEntry) => kubeconfigEntry.name === name)?.read().namespace;
    if (namespace !== undefined && !isNamespace(namespace))
      return missing(what, `the namespace of context ${name} is not a valid name; correct it in ${own.path}`);
    const others = contexts.filter((text) => text !== name);
    const more = others.length === 0 ? '' : `; other contexts: ${others.join(', ')}`;
    return found(what, `context ${name}, namespace ${namespace ?? 'default'}${more}${skipped}`, {
      id: 'k8s',
      entry: {
        type: 'kubernetes',
        context: name,
        // A broken file of $KUBECONFIG is an error of the source, as it is one of kubectl.
        kubeconfig: problems.length === 0 ? undefined : resolve(own.path),
        namespace,
      },
      from: '',
    });
  } catch (error) {
    return missing(what, `${failure(error)}${skipped}`);
  }
};

/** The project of the Compose files that Compose reads in the directory. */
const findCompose = async ({ files, processEnv }: CommandContext, dir: string): Promise<FoundSystem> => {
  const what = 'compose file';
  try {
    const selection = await composeSelection(files, processEnv, dir);
    if (selection === undefined)
      return missing(what, `no ${composeNames.join(', ')} in this directory or above it`);
    const names = selection.files.map(({ name }) => name).join(' + ');
    const model = composeModel(selection.files);
    const count = model.services.size;
    if (count === 0 && !model.hasIncludes) return missing(what, `${names}: no services`);
    const project = composeProject(model.name, selection.projectDir, selection.variables);
    const own = count === 0 ? [] : [pluralize(count, 'service')];
    const others = model.hasIncludes ? [`${count === 0 ? 'all' : 'more'} services in included files`] : [];
    const by = selection.variable === undefined ? '' : ` (${selection.variable})`;
    const detail = [`${names}${by}`, `project ${project}`, ...own, ...others].join(', ');
    return found(what, detail, { id: 'docker', entry: { type: 'docker', project }, from: '' });
  } catch (error) {
    return missing(what, failure(error));
  }
};

/** An IPv6 address that a URL can have: without brackets and without a zone. */
const isIpv6Address = (text: string): boolean =>
  /^[\da-f.]*:[\da-f.:]*$/i.test(text) && URL.canParse(`http://[${text}]`);

/** Host names, and the addresses that a URL can have. */
const isHost = (text: string): boolean => /^[\w.-]+$/.test(text) || isIpv6Address(text);

const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** A user or database. Text with these characters may be a URL or a connection string, which can hold a password. */
const isPostgresName = (text: string): boolean => !/[:/=\p{Cc}]/u.test(text);

/** The reason for which the variables make no connection. No value is in it: it may be a password in the wrong place. */
const postgresProblem = (env: CommandContext['processEnv']): string | undefined => {
  const { PGHOST = '', PGPORT = '', PGUSER = '', PGDATABASE = '', PGSSLMODE = '' } = env;
  if (PGHOST === '' && PGDATABASE === '') return 'PGHOST and PGDATABASE are not set';
  if (PGHOST.startsWith('/')) return 'PGHOST is a socket directory, which is not supported; set a host name';
  if (PGHOST !== '' && !isHost(PGHOST)) return 'PGHOST is not a host name or an IP address';
  if (PGPORT !== '' && !isPort(PGPORT)) return 'PGPORT is not a port from 1 to 65535';
  if (!isPostgresName(PGUSER))
    return 'PGUSER is not a user name, but looks like a URL or a connection string';
  if (!isPostgresName(PGDATABASE))
    return 'PGDATABASE is not a database name, but looks like a URL or a connection string';
  if (PGSSLMODE !== '' && !isSslMode(PGSSLMODE)) return `PGSSLMODE is not one of ${sslModes.join(', ')}`;
  return undefined;
};

/** A connection from PG*; the password stays in its variable. Source: PostgreSQL, libpq, environment variables. */
const findPostgres = ({ processEnv: env }: CommandContext): FoundSystem => {
  const what = 'PG variables';
  const problem = postgresProblem(env);
  if (problem !== undefined) return missing(what, problem);
  const {
    PGHOST = '',
    PGPORT = '',
    PGUSER: user = '',
    PGDATABASE: database = '',
    PGSSLMODE: mode = '',
  } = env;
  const at = `${isIpv6Address(PGHOST) ? `[${PGHOST}]` : PGHOST || 'localhost'}:${Number(PGPORT || 5432)}`;
  const who = user === '' ? '' : `${encodeURIComponent(user)}@`;
  const query = mode === '' ? '' : `?sslmode=${mode}`;
  return found(what, `database ${database || '(default)'} at ${at}`, {
    id: 'db',
    entry: {
      type: 'postgres',
      url: `postgres://${who}${at}/${encodeURIComponent(database || user || 'postgres')}${query}`,
      password: (env.PGPASSWORD ?? '') === '' ? undefined : { variable: 'PGPASSWORD' },
    },
    from: '',
  });
};

const kafkaVariables = ['KAFKA_BOOTSTRAP_SERVERS', 'KAFKA_BROKERS', 'KAFKA_BOOTSTRAP_SERVER'];

const isBroker = (text: string): boolean => {
  const [, six, host = '', port = ''] = /^(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(text) ?? [];
  return isPort(port) && (six === undefined ? isHost(host) : isIpv6Address(six));
};

const findKafka = ({ processEnv }: CommandContext): FoundSystem => {
  const what = 'KAFKA variables';
  const name = kafkaVariables.find((kafkaVariable) => (processEnv[kafkaVariable] ?? '') !== '');
  if (name === undefined) return missing(what, `${kafkaVariables.join(', ')} are not set`);
  const brokers = (processEnv[name] ?? '')
    .split(',')
    .map((part) => part.trim().replace(/^\w+:\/\//, ''))
    .filter((text) => text !== '');
  if (brokers.length === 0 || !brokers.every(isBroker))
    return missing(what, `${name} is not a list of HOST:PORT`);
  return found(what, `${name}, ${brokers.join(', ')}`, {
    id: 'kafka',
    entry: { type: 'kafka', brokers },
    from: '',
  });
};

const probeMs = 2000;
const standardPrometheus = 'http://127.0.0.1:9090';

/** A Prometheus at PROMETHEUS_URL, if it is on loopback, or at the standard address: one request to its build information. */
const findPrometheus = async ({ processEnv, openIo, clock }: CommandContext): Promise<FoundSystem> => {
  const what = 'Prometheus';
  const given = processEnv.PROMETHEUS_URL || standardPrometheus;
  const parsed = URL.parse(given);
  if (
    parsed === null ||
    !/^https?:$/.test(parsed.protocol) ||
    parsed.username !== '' ||
    parsed.password !== ''
  )
    return missing(what, 'PROMETHEUS_URL is not an http address without credentials');
  if (/[?#]/.test(given))
    return missing(
      what,
      'PROMETHEUS_URL has a query or a fragment; remove it, credentials are keys of the source',
    );
  if (!isLoopbackHost(parsed.hostname))
    return missing(what, `${parsed.host} is not on this machine and was not contacted; add it by hand`);
  const base = `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
  const limit = clock.deadline(probeMs);
  const io = openIo();
  try {
    const answer = await io.get({ url: `${base}/api/v1/status/buildinfo` }, limit.signal);
    const body = answer.json();
    if (!isObject(body) || body.status !== 'success') return missing(what, `${base} is another program`);
    return found(what, base, { id: 'prometheus', entry: { type: 'prometheus', url: base }, from: '' });
  } catch (error) {
    return missing(what, `${base}: ${failure(error)}`);
  } finally {
    limit.clear();
    await io.close();
  }
};

/** Looks for systems of this directory and user. Reads files and variables; contacts only a Prometheus on loopback. */
export const findSystems = async (context: CommandContext, dir: string): Promise<readonly FoundSystem[]> => [
  await findKubernetes(context),
  await findCompose(context, dir),
  findPostgres(context),
  findKafka(context),
  await findPrometheus(context),
];
