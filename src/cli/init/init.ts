import { basename, dirname, join, relative } from 'node:path';
import { cancelledExit } from '../../domain/runs/run-outcome.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { formatDiagnostic } from '../../domain/text/position.ts';
import { firstProfile } from '../../importer/first-profile.ts';
import { replaceFile } from '../../platform/files/put-file.ts';
import { saveNewFile } from '../../platform/files/save-file.ts';
import { steadyNow } from '../../platform/runtime/clock.ts';
import { askYesNo } from '../../platform/terminal/ask.ts';
import { findProfiles } from '../../profile/catalog/profile-catalog.ts';
import { validateProfiles } from '../../profile/validate.ts';
import { check } from '../check/check.ts';
import { type CommandContext, createContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import type { Output } from '../command/output.ts';
import { findSystems, offersOf, sourcesOf } from '../discovery/found-systems.ts';
import {
  defaultRoot,
  outRemedy,
  permittingEdit,
  systemOfDir,
  trustStep,
  writeNewProfile,
} from '../discovery/new-profile.ts';
import { findPermittedActions } from '../discovery/permitted-actions.ts';
import type { Invocation, SubCommand } from '../opening/command-invocation.ts';
import type { InitFlags } from './flags.ts';

const checkMs = 10_000;

/** The names of the profile: `--env SYSTEM/ENV` or `--env ENV`, else this directory and production. */
const namesOf = (given: string | undefined, dir: string) => {
  const [first = '', second, ...more] = (given ?? 'production').split('/');
  if (more.length > 0 || first === '' || second === '')
    throw new UsageError(
      `--env "${given}" is not a name. Write --env ENV or --env SYSTEM/ENV: --env shop/staging`,
    );
  const system = second === undefined ? systemOfDir(dir) : first;
  const env = second ?? first;
  for (const name of [system, env])
    if (!/^[A-Za-z][\w-]*$/.test(name))
      throw new UsageError(`"${name}" is not a name: start with a letter, then letters, digits, - and _`);
  return { system, env };
};

/** Replaces a profile after a confirmation, and keeps a copy. Resolves to false when the question was interrupted. */
const replace = async (path: string, before: string, text: string, output: Output): Promise<boolean> => {
  const answer = await askYesNo(`Replace ${path}?`);
  if (answer === undefined)
    throw new UsageError(
      `${path} already exists, and --force can ask only on a terminal. Nothing was written.`,
    );
  if (answer === 'interrupted') return false;
  if (!answer) throw new UsageError('nothing was written');
  const kept = await saveNewFile(dirname(path), `${basename(path)}.bak`, before);
  if ('why' in kept) throw new UsageError(`cannot keep the old profile: ${kept.why}. Nothing was written.`);
  await replaceFile(path, text, new AbortController().signal).catch((error: unknown) => {
    throw new UsageError(`cannot write ${errorMessage(error)}. The profile is unchanged.`);
  });
  output.line(`kept the old profile as ${kept.path}`);
  return true;
};

/** The file below a directory that already declares the environment, under whatever name. */
const declaredIn = async (
  root: string,
  { system, env }: { readonly system: string; readonly env: string },
  { files }: CommandContext,
): Promise<string | undefined> =>
  (await findProfiles([root], files)).entries.find((entry) => entry.system === system && entry.env === env)
    ?.file;

/**
 * Writes the profile; an existing one only after a confirmation, and with a copy. Resolves to the path that was written;
 * undefined when the question was interrupted.
 */
const write = async (
  path: string,
  text: string,
  { options, context, output }: Invocation<InitFlags>,
): Promise<string | undefined> => {
  const before = await context.files.read(path).catch((error: unknown) => {
    throw new UsageError(`cannot read ${path}: ${errorMessage(error)}. ${outRemedy}`);
  });
  if (before === undefined) return writeNewProfile(path, text);
  if (options.force !== true)
    throw new UsageError(
      `${path} already exists. Nothing was written. Use another --env or --out, or --force.`,
    );
  return (await replace(path, before, text, output)) ? path : undefined;
};

/** Reads every source of the new profile once and prints the report, as `opsdeck check` does. */
const readOnce = (
  dir: string,
  { system, env }: { readonly system: string; readonly env: string },
  invocation: Invocation<InitFlags>,
): Promise<number> => {
  const { global, cockpit, context } = invocation;
  const options = { ...global, profiles: dir, env: `${system}/${env}` };
  const own = createContext(options, cockpit.host?.platform, context.warn, context.tracing);
  return check({
    ...invocation,
    options: { timeout: checkMs },
    global: options,
    // The time limit is that of the check alone.
    context: { ...own, startedAt: own.clock.now() },
  });
};

/** `opsdeck init`: writes a first profile of what it finds, and checks it. */
export const init: SubCommand<InitFlags> = async (invocation) => {
  const { options, global, context, output } = invocation;
  const here = process.cwd();
  const names = namesOf(global.env, here);
  const { discovery: flags = {} } = global;
  const findings = await findSystems({ context, dir: here, flags, isUnasked: false });
  for (const { what, found, detail } of findings)
    output.line(`${found ? 'found    ' : 'not found'}  ${what}: ${detail}`);
  const sources = sourcesOf(findings);
  if (sources.length === 0)
    throw new UsageError(
      'found no system. Nothing was written.',
      'Set up one of these systems, or draft a profile from a runbook: opsdeck import RUNBOOK.md --system NAME',
    );
  const root = options.out ?? global.profiles ?? defaultRoot;
  const path = (await declaredIn(root, names, context)) ?? join(root, names.system, `${names.env}.yaml`);
  const permitted = await findPermittedActions(context, sources);
  if (permitted !== undefined)
    output.line(`account    may ${permitted.allowed.join(', ') || 'carry out no action'}`);
  const text = firstProfile(names, sources, permitted, offersOf(findings));
  const diagnostics = await validateProfiles([path], {
    elapsed: steadyNow,
    files: { read: async (file) => (file === path ? text : undefined), list: async () => [] },
    sourceTypes: context.sourceTypes,
    modules: [],
    processEnv: context.processEnv,
    sets: {},
    now: context.clock.now(),
  });
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    throw new UsageError('internal error: the drafted profile is invalid:', ...errors.map(formatDiagnostic));
  const written = await write(path, text, invocation);
  if (written === undefined) {
    output.error('opsdeck: nothing was written');
    return cancelledExit;
  }
  const dir = dirname(written);
  output.line(`wrote      ${written}: ${sources.map(({ id }) => id).join(', ')}`);
  if (options.check) await readOnce(dir, names, invocation);
  output.line(permittingEdit(written, text, permitted));
  const shown = options.out === undefined ? root : dir;
  output.line(
    shown === defaultRoot
      ? `Next: ${trustStep(names)}`
      : `Next: opsdeck --profiles ${relative('', shown) || '.'} --env ${names.system}/${names.env}`,
  );
  return 0;
};
