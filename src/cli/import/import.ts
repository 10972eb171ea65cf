import { basename, join, relative } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import { formatComplaint } from '../../domain/text/position.ts';
import { type DraftedProfile, type DraftRunbook, withManualSteps } from '../../importer/draft.ts';
import { DocumentError, importDocument, mostDocumentBytes } from '../../importer/import-document.ts';
import { type ImportReport, importReport, reportLines } from '../../importer/import-report.ts';
import { slug } from '../../importer/names.ts';
import { type DraftFile, profileFiles } from '../../importer/profile-yaml.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { writeNewDirectory } from '../../platform/files/new-directory.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { validateProfiles } from '../../profile/validate.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import type { Output } from '../command/output.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import type { ImportFlags } from './flags.ts';

const words = (error: unknown): string => errorMessage(error);

const textOf = async (path: string, { files }: CommandContext): Promise<string> => {
  const text = await files.read(path).catch((error: unknown) => {
    throw new UsageError(
      `cannot import ${path}: ${words(error)}. The limit is ${mostDocumentBytes / 1024} KiB.`,
    );
  });
  if (text !== undefined) return text;
  if ((await files.isDirectory?.(path)) === true)
    throw new UsageError(`cannot import ${path}: it is a directory. Name a runbook in it.`);
  throw new UsageError(`cannot import ${path}: no such file. Correct the path.`);
};

/** The drafted files as the validation reads them, before they are written. */
const filesInMemory = (dir: string, drafted: readonly DraftFile[]): Files => ({
  read: async (path) => drafted.find(({ name }) => join(dir, name) === path)?.text,
  list: async (path) => (path === dir ? drafted.map(({ name }) => name) : []),
});

/** The complaints about a draft, without those that every draft has: it is not reviewed, and values are missing. */
const errorsOf = async (
  dir: string,
  drafted: readonly DraftFile[],
  { clock, sourceTypes }: CommandContext,
) => {
  const files = filesInMemory(dir, drafted);
  const complaints = await validateProfiles([dir], {
    files,
    sourceTypes,
    modules: [],
    processEnv: {},
    sets: {},
    now: clock.now(),
  });
  return complaints.filter(({ severity }) => severity === 'error');
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
const validFiles = async (
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
    runbook === undefined ? [] : [`runbook ${runbook.id}: its commands are manual steps, because ${what}`],
  );
  const manual = withManualSteps(
    draft,
    [...wrong.keys()].flatMap((key) => key?.id ?? []),
  );
  const simpler = profileFiles(manual);
  const [left] = await errorsOf(dir, simpler, context);
  if (left !== undefined) throw new Error(`the drafted profile is invalid: ${formatComplaint(left)}`);
  return { draft: manual, files: simpler, warnings };
};

const printReport = (report: ImportReport, output: Output): void => {
  output.line(
    `${report.file}: drafted ${report.files.map((name) => join(report.directory, name)).join(', ')}`,
  );
  output.lines(reportLines(report));
  for (const { line, variable } of report.secrets)
    output.error(
      `opsdeck: warning: ${report.file}:${line}: secret left out, ${`\${env:${variable}}`} takes its place. Rotate it: the document has it in clear text`,
    );
  for (const warning of report.warnings) output.error(`opsdeck: warning: ${warning}`);
  output.line('Nothing in it can run yet: review each entry and remove its reviewed: false.');
  output.line(`Next: opsdeck validate ${report.directory}`);
};

/** `opsdeck import FILE.md`: drafts a profile from a runbook in Markdown. Executes nothing, and contacts nothing. */
export const importRunbook: SubCommand<ImportFlags> = async ({ args, options, global, context, output }) => {
  const [path = ''] = args;
  const file = basename(path);
  const system = options.system ?? slug(file.replace(/\.\w+$/, ''), 'system');
  if (!/^[A-Za-z][\w-]*$/.test(system))
    throw new UsageError(
      `"${system}" is not a name of a system: start with a letter, then letters, digits, - and _`,
    );
  const directory = join(options.out ?? global.profiles ?? 'profiles', system);
  const text = await textOf(path, context);
  try {
    const modules = await Promise.all(context.sourceTypes.map(({ load }) => load()));
    const { draft: found, notUtf8 } = importDocument(text, { system, file, modules });
    const { draft, files, warnings } = await validFiles(found, directory, context);
    if (!(await writeNewDirectory(directory, files)))
      throw new UsageError(
        `${directory} already exists; nothing was written. Use --system NAME or --out DIR.`,
      );
    const bytes = notUtf8 === undefined ? [] : [`${file}:${notUtf8}: not UTF-8; the bytes were replaced`];
    const names = files.map(({ name }) => name);
    const report = importReport(draft, {
      directory: relative('', directory) || '.',
      files: names,
      warnings: [...bytes, ...warnings],
    });
    if (options.json === true) output.json(report, true);
    else printReport(report, output);
    return 0;
  } catch (error) {
    if (error instanceof DocumentError) throw new UsageError(`cannot import: ${error.message}`);
    if (error instanceof WireError)
      throw new UsageError(`${error.message}. Nothing was written; choose another directory with --out.`);
    throw error;
  }
};
