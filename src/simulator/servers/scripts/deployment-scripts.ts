import type { Millis } from '../../../domain/base/fault.ts';
import type { BlueGreen } from '../../model/colors/blue-green.ts';
import type { Color } from '../../model/spec/colors.ts';
import type { SimulatorContext } from '../http/simulator-context.ts';

/** Exit status, output, and the log file below the checkout that a script appends its output to. */
export interface ScriptRun {
  readonly status: number;
  readonly lines: readonly string[];
  readonly log: string;
}

/** The colors of an environment at the time of a script's run. */
interface Site {
  readonly colors: BlueGreen;
  readonly now: Millis;
  /** Time for file names: 20260304 and 101507. */
  readonly day: string;
  readonly time: string;
}

type Script = (site: Site, args: readonly string[], view: SimulatorContext) => ScriptRun;

const isColor = (text: string | undefined): text is Color => text === 'blue' || text === 'green';

/** Sends the traffic to the other color; refuses one that is not up. */
const switched = ({ colors, now }: Site): Pick<ScriptRun, 'status' | 'lines'> => {
  const from = colors.active;
  const to = colors.standby;
  const begun = `INFO production: ${from} is active with ${colors.releaseOf(from).version}`;
  if (!colors.switchOver(now))
    return { status: 1, lines: [begun, `ERROR ${to} is not up: the traffic stays at ${from}`] };
  return {
    status: 0,
    lines: [
      begun,
      `INFO health of ${to}: UP, version ${colors.releaseOf(to).version}`,
      `INFO traffic goes to ${to}`,
    ],
  };
};

/** `blue-green-deploy.sh --environment production --rollback | --color COLOR` */
const blueGreenDeploy: Script = (site, args) => {
  const { colors, now, day } = site;
  const log = `logs/deployment-${day}.log`;
  const [flag, environment, mode, color, ...rest] = args;
  const isUsed = flag === '--environment' && environment === 'production' && rest.length === 0;
  if (isUsed && mode === '--rollback' && color === undefined) return { ...switched(site), log };
  if (!isUsed || mode !== '--color' || !isColor(color))
    return { status: 2, log, lines: ['ERROR usage: --environment production --rollback | --color COLOR'] };
  if (color === colors.active) return { status: 1, log, lines: [`ERROR ${color} is already active`] };
  const begun = `INFO starting ${color} with ${colors.releaseOf(color).version}`;
  colors.start(color, now);
  const { status, lines } = switched(site);
  return { status, log, lines: [begun, ...lines] };
};

/** The color at a base URL. */
const colorAt = (url: string, { address }: SimulatorContext): Color | undefined =>
  (['blue', 'green'] as const).find((color) => address?.(color) === url.replace(/\/$/, ''));

/** `smoke-tests.sh URL`: calls the application like a client. */
const smokeTests: Script = ({ colors, day }, [url = '', ...rest], view) => {
  const log = `logs/smoke-tests-${day}.log`;
  const color = colorAt(url, view);
  if (color === undefined || rest.length > 0)
    return { status: 2, log, lines: [`ERROR cannot reach ${url || 'the application: usage: URL'}`] };
  const { version, fault } = colors.releaseOf(color);
  const name = `smoke tests of ${color}`;
  if (!colors.isUp(color))
    return { status: 1, log, lines: [`FAIL GET /actuator/health: connection refused`, `FAIL ${name}`] };
  const placed =
    fault === undefined ? 'PASS POST /api/v1/orders 201' : `FAIL POST /api/v1/orders 500 ${fault.exception}`;
  return {
    status: fault === undefined ? 0 : 1,
    log,
    lines: [
      `PASS GET /actuator/health 200, version ${version}`,
      'PASS GET /api/v1/orders/{id} 200',
      placed,
      `${fault === undefined ? 'PASS' : 'FAIL'} ${name}`,
    ],
  };
};

/** `test-application-rollback.sh full --dry-run`: checks the prerequisites of a rollback and writes a report. */
const rollbackTest: Script = ({ colors, day, time }, args) => {
  const log = `logs/disaster-recovery-${day}-${time}.log`;
  if (args.join(' ') !== 'full --dry-run')
    return { status: 2, log: `logs/disaster-recovery-usage.log`, lines: ['ERROR usage: full --dry-run'] };
  const { active, standby } = colors;
  const isReady = colors.isUp(standby);
  return {
    status: isReady ? 0 : 1,
    log,
    lines: [
      'INFO dry run: nothing is changed',
      `${isReady ? 'PASS' : 'FAIL'} ${standby} is ${isReady ? 'up' : 'not up'}, version ${colors.releaseOf(standby).version}`,
      ...(isReady ? [`PASS the traffic could go from ${active} to ${standby}`] : []),
      `${isReady ? 'PASS' : 'FAIL'} rollback test`,
    ],
  };
};

/** Scripts of a checkout with blue-green deployments, by their paths. */
const deploymentScripts: Readonly<Record<string, Script>> = {
  'scripts/deployment/blue-green-deploy.sh': blueGreenDeploy,
  'scripts/deployment/smoke-tests.sh': smokeTests,
  'scripts/disaster-recovery/test-application-rollback.sh': rollbackTest,
};

export const deploymentScriptPaths: readonly string[] = Object.keys(deploymentScripts);

/** Runs a script by its path; undefined for an unknown one, or without blue-green deployments. */
export const runDeploymentScript = (
  view: SimulatorContext,
  path: string,
  args: readonly string[],
): ScriptRun | undefined => {
  const { parts, now } = view.model.environmentAt(view.env, view.clock.now());
  if (parts.colors === undefined) return undefined;
  const moment = new Date(view.clock.wallNow()).toISOString();
  const day = moment.slice(0, 10).replaceAll('-', '');
  const time = moment.slice(11, 19).replaceAll(':', '');
  return deploymentScripts[path]?.({ colors: parts.colors, now, day, time }, args, view);
};
