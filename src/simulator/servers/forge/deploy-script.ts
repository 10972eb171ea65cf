import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeDirSync } from '../../../platform/files/make-dir.ts';
import { compileErrorOf, renderCompileError } from '../../model/checkout/build-reports.ts';
import type { Environment } from '../../model/environment.ts';
import { writeReleasePackage } from '../http/checkout-files.ts';
import { writeBuildOutput } from './file-copies.ts';
import {
  type Tool,
  type ToolContext,
  type ToolInvocation,
  type ToolResult,
  toolFailed,
  toolOk,
} from './tool.ts';

interface DeployPlan {
  readonly env: Environment;
  readonly to: string;
  readonly isDry: boolean;
  readonly skipsTests: boolean;
  readonly backsUp: boolean;
}

const stepsOf = ({ to, isDry, skipsTests, backsUp }: DeployPlan, version: string): readonly string[] => [
  `INFO deploying eventmesh-api ${version} to ${to}`,
  'INFO build: ok',
  skipsTests ? 'WARN tests skipped: SKIP_TESTS=true' : 'INFO tests: ok',
  `INFO package eventmesh-${version}.tar.gz`,
  ...(isDry ? ['INFO dry run: nothing is copied, nothing is restarted'] : []),
  ...(isDry || backsUp ? [] : ['WARN no backup: BACKUP_ENABLED=false']),
  ...(isDry || !backsUp ? [] : [`INFO backup of /opt/eventmesh/${to}: ok`]),
  ...(isDry ? [] : ['INFO copied to bin/, eventmesh-api restarted', 'INFO waiting for the health check']),
  ...(isDry ? [] : [`INFO deployed eventmesh-api ${version}: healthy`]),
];

/** Deploys the new version to every host after a backup, and restarts it. */
const release = ({ env, backsUp }: DeployPlan, version: string): void => {
  for (const machine of env.parts.hosts?.machines ?? []) {
    if (backsUp) machine.site.deploy({ version }, env.now);
    else machine.site.disk.fill(machine.site.dir, { version }, env.now);
    machine.stop(env.now);
    machine.start(env.now, true);
    machine.tick(env.now);
  }
};

/** Its output also goes to logs/ of the checkout. */
const logged = (lines: readonly string[], { cwd }: ToolInvocation, { view }: ToolContext): string => {
  const time = new Date(view.clock.wallNow()).toISOString();
  const text = lines.map((line) => `[${time.slice(0, 19).replace('T', ' ')}] ${line}\n`).join('');
  makeDirSync(join(cwd, 'logs'));
  appendFileSync(join(cwd, 'logs', `deploy_${time.slice(0, 10).replaceAll('-', '')}.log`), text);
  return text;
};

/** `deploy.sh ENVIRONMENT`, with DRY_RUN, SKIP_TESTS and BACKUP_ENABLED: builds, tests, backs up, copies, restarts. */
export const deployScript: Tool = (started, bench): ToolResult => {
  const { args, env } = started;
  const { view, checkout } = bench;
  const [to = ''] = args;
  if (!['dev', 'staging', 'production'].includes(to) || args.length !== 1)
    return toolFailed(1, 'Usage: deploy.sh [dev|staging|production]\n');
  const deploying: DeployPlan = {
    env: view.model.environmentAt(to, view.clock.now()),
    to,
    isDry: env.DRY_RUN === 'true',
    skipsTests: env.SKIP_TESTS === 'true',
    backsUp: env.BACKUP_ENABLED !== 'false',
  };
  const error = compileErrorOf(checkout);
  const { failingTest } = checkout.trouble;
  const { service, version } = checkout.spec;
  const begun = `INFO deploying ${service} ${version} to ${to}`;
  if (error !== undefined)
    return toolFailed(1, renderCompileError(error), logged([begun, 'ERROR build failed'], started, bench));
  if (failingTest !== undefined && !deploying.skipsTests)
    return toolFailed(
      1,
      '',
      logged([begun, 'INFO build: ok', `ERROR tests failed: ${failingTest}`], started, bench),
    );
  writeBuildOutput(checkout, started.cwd);
  writeReleasePackage(started.cwd, version);
  const isLocked = deploying.env.parts.hosts?.machines.some(({ site }) => site.isLocked(deploying.env.now));
  if (isLocked === true) {
    const denied = `scp: dest open "/opt/eventmesh/${to}/bin/riptide-api": Permission denied`;
    const lines = [begun, 'INFO build: ok', 'INFO tests: ok', `ERROR ${denied}`];
    return toolFailed(1, `${denied}\n`, logged(lines, started, bench));
  }
  if (!deploying.isDry) release(deploying, version);
  return toolOk(logged(stepsOf(deploying, version), started, bench));
};
