import { basename, dirname, join, relative } from 'node:path';
import { errorMessage } from '../../domain/error-message.ts';
import { formatComplaint } from '../../domain/position.ts';
import { type FirstSource, firstProfile } from '../../importer/first-profile.ts';
import { slug } from '../../importer/names.ts';
import { writeNewDirectory } from '../../platform/files/new-directory.ts';
import { replaceFile } from '../../platform/files/put-file.ts';
import { saveNewFile } from '../../platform/files/save-file.ts';
import { askYesNo } from '../../platform/terminal/ask.ts';
import { WireError } from '../../platform/wire-error.ts';
import { validateProfiles } from '../../profile/validate.ts';
import { check } from '../check/check.ts';
import type { Invocation, SubCommand } from '../command-invocation.ts';
import { createContext } from '../context.ts';
import { UsageError } from '../exit-code.ts';
import type { InitFlags } from './flags.ts';
import { findSystems } from './found-systems.ts';

const checkMs = 10_000;

/** The names of the profile: `--env SYSTEM/ENV` or `--env ENV`, else this directory and production. */
const namesOf = (given: string | undefined, dir: string) => {
  const [first = '', second, ...more] = (given ?? 'production').split('/');
  if (more.length > 0 || first === '' || second === '')
    throw new UsageError(
      `--env "${given}" is not a name; write --env ENV or --env SYSTEM/ENV: --env shop/staging`,
    );
  const system = second === undefined ? slug(basename(dir), 'system') : first;
  const env = second ?? first;
  for (const name of [system, env])
    if (!/^[A-Za-z][\w-]*$/.test(name))
      throw new UsageError(`"${name}" is not a name: start with a letter, then letters, digits, - and _`);
  return { system, env };
};

const remedy = 'Nothing was written; choose another directory with --out.';

/** Throws the usage error of a directory that cannot be written. */
const refuseOut = (error: unknown): never => {
  if (error instanceof WireError) throw new UsageError(`${error.message}. ${remedy}`);
  throw error;
};

/** Writes the profile; an existing one only after a confirmation, and with a copy. */
const write = async (
  path: string,
  text: string,
  { options, context, output }: Invocation<InitFlags>,
): Promise<void> => {
  const name = basename(path);
  const before = await context.files.read(path).catch((error: unknown) => {
    throw new UsageError(`cannot read ${path}: ${errorMessage(error)}. ${remedy}`);
  });
  if (before === undefined) {
    // A new profile in an existing directory of the system needs no confirmation either.
    if (await writeNewDirectory(dirname(path), [{ name, text }]).catch(refuseOut)) return;
    const saved = await saveNewFile(dirname(path), name, text);
    if ('why' in saved) throw new UsageError(`cannot write ${saved.why}. ${remedy}`);
    return;
  }
  if (options.force !== true)
    throw new UsageError(
      `${path} already exists; nothing was written. Use another --env or --out, or --force.`,
    );
  const answer = await askYesNo(`Replace ${path}?`);
  if (answer === undefined)
    throw new UsageError(`${path} already exists, and --force asks on a terminal; nothing was written.`);
  if (!answer) throw new UsageError('nothing was written');
  const kept = await saveNewFile(dirname(path), `${name}.bak`, before);
  if ('why' in kept) throw new UsageError(`cannot keep the old profile: ${kept.why}. Nothing was written.`);
  await replaceFile(path, text, new AbortController().signal).catch((error: unknown) =>
    refuseOut(new WireError('denied', `cannot write ${errorMessage(error)}`)),
  );
  output.line(`kept the old profile as ${kept.path}`);
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
  const findings = await findSystems(context, here);
  for (const { what, found, detail } of findings)
    output.line(`${found ? 'found    ' : 'not found'}  ${what}: ${detail}`);
  const sources = findings.flatMap(({ source }): readonly FirstSource[] =>
    source === undefined ? [] : [source],
  );
  if (sources.length === 0)
    throw new UsageError('found no system; nothing was written. See docs/how-to/describe-your-system.md.');
  const dir = join(options.out ?? 'profiles', names.system);
  const path = join(dir, `${names.env}.yaml`);
  const text = firstProfile(names, sources);
  const complaints = await validateProfiles([path], {
    files: { read: async (file) => (file === path ? text : undefined), list: async () => [] },
    sourceTypes: context.sourceTypes,
    modules: [],
    processEnv: context.processEnv,
    sets: {},
    now: context.clock.now(),
  });
  const errors = complaints.filter(({ severity }) => severity === 'error');
  if (errors.length > 0)
    throw new UsageError('the drafted profile is invalid:', ...errors.map(formatComplaint));
  await write(path, text, invocation);
  output.line(`wrote      ${path}: ${sources.map(({ id }) => id).join(', ')}`);
  if (options.check) await readOnce(dir, names, invocation);
  output.line('It permits no change: see its tier, guard and authority.');
  const isFound = options.out === undefined;
  output.line(
    isFound
      ? `Next: read it, then opsdeck trust profiles, and opsdeck --env ${names.system}/${names.env}`
      : `Next: opsdeck --profiles ${relative('', dir) || '.'} --env ${names.system}/${names.env}`,
  );
  return 0;
};
