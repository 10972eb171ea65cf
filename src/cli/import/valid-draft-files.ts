import { basename, join } from 'node:path';
import { formatDiagnostic } from '../../domain/text/position.ts';
import { type DraftedProfile, type DraftRunbook, withManualSteps } from '../../importer/draft.ts';
import { type DraftFile, profileFiles } from '../../importer/profile-yaml.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { steadyNow } from '../../platform/runtime/clock.ts';
import { validateProfiles } from '../../profile/validate.ts';
import type { CommandContext } from '../command/context.ts';

/** The drafted files as the validation reads them, before they are written. */
const filesInMemory = (dir: string, drafted: readonly DraftFile[]): Files => ({
  read: async (path) => drafted.find(({ name }) => join(dir, name) === path)?.text,
  list: async (path) => (path === dir ? drafted.map(({ name }) => name) : []),
});

/** The diagnostics about a draft, without those that every draft has: it is not reviewed, and values are missing. */
const errorsOf = async (
  dir: string,
  drafted: readonly DraftFile[],
  { clock, sourceTypes }: CommandContext,
) => {
  const files = filesInMemory(dir, drafted);
  const diagnostics = await validateProfiles([dir], {
    elapsed: steadyNow,
    files,
    sourceTypes,
    modules: [],
    processEnv: {},
    sets: {},
    now: clock.now(),
  });
  return diagnostics.filter(({ severity }) => severity === 'error');
};

/** The runbook that a line of runbooks.yaml belongs to. */
const runbookAt = ({ runbooks }: DraftedProfile, text: string, line: number): DraftRunbook | undefined => {
  const ids = text
    .split('\n')
    .slice(0, line)
    .flatMap((part) => /^ {2}- id: (\S+)$/.exec(part)?.[1] ?? []);
  return runbooks.find(({ id }) => id === ids.at(-1));
};

/**
 * The files of a draft that passes the validation. A runbook whose steps cannot be combined keeps its commands as manual
 * steps; the warnings name it. Throws when the rest of the draft is invalid, which is an internal error.
 */
export const validDraftFiles = async (
  draft: DraftedProfile,
  dir: string,
  context: CommandContext,
): Promise<{
  readonly draft: DraftedProfile;
  readonly files: readonly DraftFile[];
  readonly warnings: readonly string[];
}> => {
  const files = profileFiles(draft);
  const errors = await errorsOf(dir, files, context);
  if (errors.length === 0) return { draft, files, warnings: [] };
  const text = files.find(({ name }) => name === 'runbooks.yaml')?.text ?? '';
  const inRunbooks = errors.filter(({ position }) => basename(position.file) === 'runbooks.yaml');
  const wrong = new Map(
    inRunbooks.map((error) => [runbookAt(draft, text, error.position.line), error] as const),
  );
  const warnings = [...wrong].flatMap(([runbook, { what }]) =>
    runbook === undefined ? [] : [`runbook ${runbook.id}: the commands became manual steps, because ${what}`],
  );
  const manual = withManualSteps(
    draft,
    [...wrong.keys()].flatMap((key) => key?.id ?? []),
  );
  const simpler = profileFiles(manual);
  const [left] = await errorsOf(dir, simpler, context);
  if (left !== undefined)
    throw new Error(`internal error: the drafted profile is invalid: ${formatDiagnostic(left)}`);
  return { draft: manual, files: simpler, warnings };
};
