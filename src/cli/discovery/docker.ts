import { createHash } from 'node:crypto';
import { isAbsolute, join } from 'node:path';
import { pluralize } from '../../domain/text/count-text.ts';
import { isObject } from '../../domain/text/value-text.ts';
import { namingFiles } from '../../platform/files/naming-files.ts';
import { homeDir } from '../../platform/runtime/home-dir.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { composeNames, composeSelection } from './compose-files.ts';
import { composeModel } from './compose-model.ts';
import { composeProject } from './compose-project.ts';
import { type FoundSystem, failure, found, missing, type Search } from './found-system.ts';
import { getJson } from './probe.ts';

const what = 'Docker';
/** Time limit for the Compose files of a directory that may be a cloned repository. */
const composeMs = 1000;
const defaultSocket = 'unix:///var/run/docker.sock';

/** The address of a daemon, and where it is set. */
interface DaemonChoice {
  readonly host: string;
  readonly by: string;
}

/** A value of a JSON object along a path of keys. */
const valueAt = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);

/** A file of the Docker CLI's own configuration directory, as JSON; undefined if it does not exist. */
const configFile = async ({ context: { processEnv, files } }: Search, name: string): Promise<unknown> => {
  const { DOCKER_CONFIG = '' } = processEnv;
  const dir = isAbsolute(DOCKER_CONFIG) ? DOCKER_CONFIG : join(homeDir(processEnv), '.docker');
  const text = await files.read(join(dir, name));
  return text === undefined ? undefined : JSON.parse(text);
};

/**
 * The daemon that the Docker CLI would use: --docker-context, DOCKER_HOST, DOCKER_CONTEXT, the current context, the standard
 * socket. Throws for a context that cannot be read. Source: Docker documentation, Docker contexts.
 */
const daemonChoice = async (search: Search): Promise<DaemonChoice> => {
  const { processEnv } = search.context;
  const { DOCKER_HOST = '', DOCKER_CONTEXT = '' } = processEnv;
  const { dockerContext } = search.flags;
  if (dockerContext === undefined && DOCKER_HOST !== '') return { host: DOCKER_HOST, by: 'DOCKER_HOST' };
  const inFile = async () => {
    const current = valueAt(await configFile(search, 'config.json'), 'currentContext');
    return typeof current === 'string' ? current : '';
  };
  const name = dockerContext ?? (DOCKER_CONTEXT || (await inFile()));
  if (name === '' || name === 'default') return { host: defaultSocket, by: 'the default Docker socket' };
  // The CLI stores a context under the digest of its name.
  const digest = createHash('sha256').update(name).digest('hex');
  const meta = await configFile(search, join('contexts', 'meta', digest, 'meta.json'));
  const host = valueAt(meta, 'Endpoints', 'docker', 'Host');
  if (typeof host !== 'string') throw new Error(`no context ${name}. docker context ls lists them`);
  return { host, by: `context ${name}` };
};

/** The reason for which an address cannot be used without a profile. */
const addressProblem = (host: string): string | undefined => {
  if (/^unix:\/\/\/./.test(host)) return undefined;
  if (!/^(?:tcp|http):\/\/[^/@\s]+\/?$/.test(host))
    return 'the Docker host needs a profile. Write one with opsdeck init';
  return undefined;
};

/** The host and user of an `ssh://` address, as the OpenSSH client takes them; undefined with a port or a path of its own. */
const sshDestination = (address: string): string | undefined =>
  /^ssh:\/\/((?:[\w.-]+@)?[\w.-]+)(?::22)?\/?$/.exec(address)?.[1];

/** A daemon behind SSH. It is not asked yet: a login takes longer than the first frame, and its source reports a failure. */
const overSsh = (host: string, by: string): FoundSystem => {
  const ssh = sshDestination(host);
  return ssh === undefined
    ? missing(
        what,
        `${host} (${by}): the address has a port, a path or a password. Write Host, Port and User into ~/.ssh/config, and use ssh://ALIAS`,
      )
    : found(what, `${host} (${by})`, { id: 'docker', entry: { type: 'docker', via: { nested: { ssh } } } });
};

/** The daemon of the Docker CLI, if it answers a ping; a refused permission counts as found, so that it is shown. */
export const findDocker = async (search: Search): Promise<FoundSystem> => {
  try {
    const { host, by } = await daemonChoice(search);
    const problem = host.startsWith('ssh://') ? undefined : addressProblem(host);
    if (problem !== undefined) return missing(what, `${host} (${by}): ${problem}`);
    if (host.startsWith('ssh://')) return overSsh(host, by);
    const isSocket = host.startsWith('unix://');
    const source = {
      id: 'docker',
      entry: { type: 'docker', ...(isSocket ? { socket: host.slice('unix://'.length) } : { host }) },
    };
    try {
      await getJson(search.context, {
        url: isSocket ? 'http://docker/version' : `${host.replace(/^tcp:/, 'http:')}/version`,
        ...(isSocket ? { socketPath: host.slice('unix://'.length) } : {}),
      });
      return found(what, `${host} (${by})`, source);
    } catch (error) {
      if (error instanceof WireError && error.kind === 'denied')
        return found(
          what,
          `${host} (${by}): permission denied. Add your user to the group of the Docker socket`,
          source,
        );
      return missing(what, `${host} (${by}): ${failure(error)}`);
    }
  } catch (error) {
    return missing(what, failure(error));
  }
};

/** The project of the Compose files that Compose reads in the directory. */
export const findCompose = async ({ context, dir, isUnasked }: Search): Promise<FoundSystem> => {
  const place = 'compose file';
  const files = isUnasked ? namingFiles(dir, composeMs) : context.files;
  try {
    const selection = await composeSelection(files, context.processEnv, dir);
    if (selection === undefined)
      return missing(place, `no ${composeNames.join(', ')} in this directory or above`);
    const names = selection.files.map(({ name }) => name).join(' + ');
    const model = composeModel(selection.files);
    const count = model.services.size;
    if (count === 0 && !model.hasIncludes) return missing(place, `${names}: the file defines no services`);
    const project = composeProject(model.name, selection.projectDir, selection.variables);
    const own = count === 0 ? [] : [pluralize(count, 'service')];
    const others = model.hasIncludes ? [`${count === 0 ? 'all' : 'more'} services in included files`] : [];
    const by = selection.variable === undefined ? '' : ` (${selection.variable})`;
    const detail = [`${names}${by}`, `project ${project}`, ...own, ...others].join(', ');
    return found(place, detail, { id: 'docker', entry: { type: 'docker', project } });
  } catch (error) {
    return missing(place, failure(error));
  }
};
