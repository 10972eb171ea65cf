import { type Complaint, complaintLine } from '../domain/position.ts';
import { findProfiles } from '../profile/catalogue.ts';
import { validateProfiles } from '../profile/validate.ts';
import { type Context, createContext } from './context.ts';
import { UsageError, usageExit } from './exit-code.ts';
import type { SubCommand } from './invocation.ts';

/** What is found below a path: itself when it is a file, the profiles in it when it is a directory. */
const complaintsAt = async (path: string, context: Context): Promise<readonly Complaint[]> => {
  const { files, modules, processEnv, clock, options } = context;
  const how = { files, modules, processEnv, sets: options.sets, now: clock.now() };
  if ((await files.read(path)) !== undefined) return validateProfiles([path], how);
  const catalogue = await findProfiles([path], files);
  if (catalogue.entries.length === 0 && catalogue.complaints.length === 0)
    throw new UsageError(`${path}: there is no profile there`);
  return validateProfiles(catalogue, how);
};

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** `opsdeck validate [PATH…]`: complaints on stdout, one per line; without paths, every profile that can be found. */
export const validate: SubCommand<{ readonly strict?: boolean }> = async ({
  args,
  options,
  global,
  output,
}) => {
  const context = createContext(global);
  const { files, modules, processEnv, clock } = context;
  const complaints =
    args.length > 0
      ? (await Promise.all(args.map((path) => complaintsAt(path, context)))).flat()
      : await validateProfiles(await findProfiles(context.dirs, files), {
          files,
          modules,
          processEnv,
          sets: global.sets,
          now: clock.now(),
        });
  const lines = [...new Set(complaints.map(complaintLine))];
  for (const line of lines) output.line(line);
  const errors = complaints.filter((complaint) => complaint.severity === 'error').length;
  const warnings = complaints.length - errors;
  output.error(
    complaints.length === 0
      ? 'no complaints'
      : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`,
  );
  return errors > 0 || (options.strict === true && warnings > 0) ? usageExit : 0;
};
