import { basename, join, relative } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import { DocumentError, importDocument, mostDocumentBytes } from '../../importer/import-document.ts';
import { type ImportReport, importReport, reportLines } from '../../importer/import-report.ts';
import { slug } from '../../importer/names.ts';
import { writeNewDirectory } from '../../platform/files/new-directory.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import type { Output } from '../command/output.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import type { ImportFlags } from './flags.ts';
import { validDraftFiles } from './valid-draft-files.ts';

const words = (error: unknown): string => errorMessage(error);

const textOf = async (path: string, { files }: CommandContext): Promise<string> => {
  const text = await files.read(path).catch((error: unknown) => {
    throw new UsageError(
      `cannot import ${path}: ${words(error)}. The limit is ${mostDocumentBytes / 1024} KiB.`,
    );
  });
  if (text !== undefined) return text;
  if ((await files.isDirectory?.(path)) === true)
    throw new UsageError(
      `cannot import ${path}: the path is a directory. Name a runbook file in that directory.`,
    );
  throw new UsageError(`cannot import ${path}: no such file. Correct the path.`);
};

const printReport = (report: ImportReport, output: Output): void => {
  output.line(
    `${report.file}: drafted ${report.files.map((name) => join(report.directory, name)).join(', ')}`,
  );
  output.lines(reportLines(report));
  for (const { line, variable } of report.secrets)
    output.error(
      `opsdeck: warning: ${report.file}:${line}: secret left out, ${`\${env:${variable}}`} is written instead. Rotate the secret, which the document has in clear text`,
    );
  for (const warning of report.warnings) output.error(`opsdeck: warning: ${warning}`);
  output.line('Nothing in the draft can run yet: review each entry and remove reviewed: false.');
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
    const { draft, files, warnings } = await validDraftFiles(found, directory, context);
    if (!(await writeNewDirectory(directory, files)))
      throw new UsageError(
        `${directory} already exists. Nothing was written. Use --system NAME or --out DIR.`,
      );
    const bytes =
      notUtf8 === undefined
        ? []
        : [`${file}:${notUtf8}: the file is not valid UTF-8. The invalid bytes were replaced`];
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
      throw new UsageError(`${error.message}. Nothing was written. Choose another directory with --out.`);
    throw error;
  }
};
