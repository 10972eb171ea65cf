import { type CheckResult, type DoctorCheck, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding } from '../kit/contract/source.ts';
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
export const diagnoseDocker = (
  daemon: Daemon,
  counted: (containers: readonly Container[]) => void,
  signal: AbortSignal,
): Promise<readonly Finding[]> =>
  runChecks(
    daemon,
    [
      { call: '/version', run: async () => versionResult(daemon, await daemon.getJson('/version', signal)) },
      {
        call: containerListPath(daemon),
        run: async () => {
          const containers = await listContainers(daemon, signal);
          counted(containers);
          return containersResult(daemon, containers);
        },
      },
      ...(daemon.config.files.length === 0 ? [] : [composeCheck(daemon)]),
    ],
    signal,
  );

const versionResult = ({ name }: Daemon, answer: unknown): CheckResult => {
  const api = text(field(answer, 'ApiVersion')) ?? '';
  const version = text(field(answer, 'Version')) ?? '(unknown version)';
  const what = `Docker ${version} at ${name}, API ${api || 'unknown'}`;
  return isOld(api) ? lacking(what, `upgrade to API ${oldestApi.join('.')} (Docker 20.10) or later`) : what;
};

const containersResult = ({ config }: Daemon, containers: readonly Container[]): CheckResult => {
  const running = containers.filter(({ state }) => state === 'running').length;
  const of = config.project === undefined ? '' : ` in project ${config.project}`;
  return containers.length > 0 || config.project === undefined
    ? `${containers.length} containers${of}, ${running} running`
    : lacking(
        `no container${of}`,
        'set project: to a name that docker compose ls shows, which lists only projects with containers',
      );
};

const composeCheck = ({ config, io }: Daemon): DoctorCheck => {
  const program = config.compose.join(' ');
  const remedy = 'install Docker Compose, which Compose operations need, or set compose: to the command';
  return {
    call: program,
    run: async (signal) => {
      const { status, out } = await io.run({ argv: [...config.compose, 'version'] }, signal);
      const [version = ''] = out.trim().split('\n');
      return status === 0
        ? version || program
        : lacking(`the Compose command ${program} cannot be run`, remedy);
    },
    failed: () => lacking(`${program} not found`, remedy),
  };
};
