import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  confirm,
  enter,
  esc,
  takeChoice,
  tick,
  verified,
} from '../support/cockpit-verbs.ts';

const backspace = '\x7f';

/** Opens the Pods pane and the logs of its worst row. */
const linesOfWorst = async (cockpit: Cockpit, title: RegExp): Promise<void> => {
  await cockpit.keys('6');
  await cockpit.sees(/▌6 Pods/);
  await cockpit.keys('L');
  await cockpit.sees(title);
};

/** Selects the view `errors` of the profile. */
const lookAtErrors = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.keys('V');
  await cockpit.sees(/[║│] +▸ +\S+/);
  await takeChoice(cockpit, 'errors');
};

test('S4-I4: shows the panic of the failed unit; after a restart its journal continues', async () => {
  await using cockpit = await openCockpit('eventmesh/production', 'crashed');
  await cockpit.sees(/✗ failed +eventmesh-api vm-1/);
  await arm(cockpit, 'INC-44');
  await linesOfWorst(cockpit, /▌8 Logs .*eventmesh-api/);
  await lookAtErrors(cockpit);
  // Both hosts log the same line; `=` shows each.
  await cockpit.sees(/×2 ●● ✗ ERROR thread 'tokio-runtime-worker' panicked at crates\/riptide-api/);
  await cockpit.keys('=');
  await cockpit.sees(/vm-1\S* +✗ ERROR thread 'tokio-runtime-worker' panicked at crates\/riptide-api/);
  await chooseRunbook(cockpit, 'restart');
  await cockpit.sees(/[║│] +Host\W/);
  await takeChoice(cockpit, 'vm-1');
  await confirm(cockpit);
  await tick(cockpit, /▸ +Read the panic in the log/);
  await cockpit.sees(verified);
  await cockpit.keys(esc);
  // Without the view, the log shows the start and normal operation.
  await cockpit.keys(backspace);
  await cockpit.sees(/vm-1\S* .*Started eventmesh-api\.service[\s\S]*vm-1\S* .*riptide_api/);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});

test('S0-I1: shows why the pod does not start; after a rollback the log shows the new pods', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'wont-start');
  await cockpit.sees(/✗ CrashLoopBackO\S* +▸ event-bus-\S*\w{5} /);
  await arm(cockpit, 'INC-21');
  await linesOfWorst(cockpit, /▌8 Logs .*event-bus-service/);
  await cockpit.keys('v', 'v', 'v');
  // The failure report belongs to its ERROR, so the level filter keeps it.
  await cockpit.sees(
    /\[level ≥ ERROR hides \d+\][\s\S]*✗ ERROR Application run failed[\s\S]*APPLICATION FAILED TO START[\s\S]*Web server failed to start\. Port 8080 was already in use/,
  );
  await cockpit.keys(backspace);
  await chooseRunbook(cockpit, 'wont-start');
  await confirm(cockpit);
  await tick(cockpit, /▸ +Identify the cause in the startup logs/);
  await cockpit.sees(verified);
  await cockpit.keys(esc);
  await cockpit.keys('+', ...'Started event-bus', enter);
  await cockpit.sees(/INFO +Started event-bus-service in/);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});

test('S1-I1: shows the recent errors of the alert; after a rollback orders are placed again', async () => {
  await using cockpit = await openCockpit('trading/production', 'high-error-rate');
  await cockpit.sees(/✗ (?:FIRING +)?HighErrorRate/);
  await arm(cockpit, 'INC-11');
  // L finds the streams of an alert through the containers that were read.
  await cockpit.sees(/6 Pods[\s\S]*\d+ workloads/);
  await cockpit.keys('7');
  await cockpit.sees(/▌7 Alerts/);
  await cockpit.keys('/', ...'HighErrorRate', enter);
  await cockpit.keys('L');
  await cockpit.sees(/▌8 Logs .*HighErrorRate/);
  await lookAtErrors(cockpit);
  await cockpit.sees(/✗ ERROR POST \/api\/v1\/orders 500 \d+ ms: NullPointerException/);
  await chooseRunbook(cockpit, 'high-error-rate');
  await confirm(cockpit);
  await tick(cockpit, /▸ +Review the application logs/);
  await cockpit.sees(verified);
  await cockpit.keys(esc, backspace);
  await cockpit.sees(/INFO +POST \/api\/v1\/orders 200 \d+ ms/);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});
