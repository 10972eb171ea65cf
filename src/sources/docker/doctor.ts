import { checkFinding, type Finding } from '../kit/contract/source.ts';
import { field, text } from '../kit/values/wire-value.ts';
import type { Container } from './containers/container.ts';
import { containerListPath, listContainers } from './containers/lookup.ts';
import type { Daemon } from './daemon/daemon.ts';

/** The oldest API version with all required features (one-shot stats). Source: Docker Engine API version history. */
const oldestApi = [1, 41] as const;

const isOld = (api: string): boolean => {
  const [major = 0, minor = 0] = api.split('.').map(Number);
  return major < oldestApi[0] || (major === oldestApi[0] && minor < oldestApi[1]);
};

/** Examines the daemon: its version, the containers of the project, and whether Compose is available here. */
export const diagnoseDocker = async (
  daemon: Daemon,
  counted: (containers: readonly Container[]) => void,
  signal: AbortSignal,
): Promise<readonly Finding[]> =>
  (
    await Promise.all([
      checkFinding(
        (error) => daemon.fault('/version', error),
        () => versionFinding(daemon, signal),
      ),
      checkFinding(
        (error) => daemon.fault(containerListPath(daemon), error),
        () => containerFinding(daemon, counted, signal),
      ),
      daemon.config.files.length === 0 ? undefined : composeFinding(daemon, signal),
    ])
  ).filter((finding) => finding !== undefined);

const versionFinding = async (daemon: Daemon, signal: AbortSignal): Promise<Finding> => {
  const { source, name } = daemon;
  const answer = await daemon.getJson('/version', signal);
  const api = text(field(answer, 'ApiVersion')) ?? '';
  const version = text(field(answer, 'Version')) ?? '(unknown version)';
  const what = `Docker ${version} at ${name}, API ${api || 'unknown'}`;
  if (!isOld(api)) return { source, ok: true, what };
  const remedy = `upgrade to API ${oldestApi.join('.')} (Docker 20.10) or later`;
  return { source, ok: false, what, remedy };
};

const containerFinding = async (
  daemon: Daemon,
  counted: (containers: readonly Container[]) => void,
  signal: AbortSignal,
): Promise<Finding> => {
  const { source, config } = daemon;
  const containers = await listContainers(daemon, signal);
  counted(containers);
  const running = containers.filter(({ state }) => state === 'running').length;
  const of = config.project === undefined ? '' : ` in project ${config.project}`;
  const what = `${containers.length} containers${of}, ${running} running`;
  if (containers.length > 0 || config.project === undefined) return { source, ok: true, what };
  return {
    source,
    ok: false,
    what: `no container${of}`,
    remedy:
      'set project: to a name that docker compose ls shows. Containers that were never created are not listed',
  };
};

const composeFinding = async (daemon: Daemon, signal: AbortSignal): Promise<Finding> => {
  const { source, config } = daemon;
  const program = config.compose.join(' ');
  const remedy = 'install Docker Compose, which Compose operations need, or set compose: to the command';
  try {
    const { status, out } = await daemon.io.run({ argv: [...config.compose, 'version'] }, signal);
    const [version = ''] = out.trim().split('\n');
    if (status === 0) return { source, ok: true, what: version || program };
    return { source, ok: false, what: `cannot run ${program}`, remedy };
  } catch {
    return { source, ok: false, what: `${program} not found`, remedy };
  }
};
