import { pluralize } from '../../domain/text/count-text.ts';
import { type Diagnostic, formatDiagnostic } from '../../domain/text/position.ts';
import { steadyNow } from '../../platform/runtime/clock.ts';
import { findProfiles } from '../../profile/catalog/profile-catalog.ts';
import { asRefused, validateProfiles } from '../../profile/validate.ts';
import { usageExit } from '../command/exit-code.ts';
import type { SubCommand } from '../opening/command-invocation.ts';
import { pluginProblems, pluginsOf, typesWith } from '../opening/plugins.ts';
import { isBelowTrusted, searchDirs } from '../opening/profile-dirs.ts';
import type { ValidateFlags } from './flags.ts';

/** `opsdeck validate [PATH…]`: prints errors, one per line; without paths, of every profile in the search path. */
export const validate: SubCommand<ValidateFlags> = async ({ args, options, global, context, output }) => {
  const { files, processEnv, clock } = context;
  const plugins = await pluginsOf(context);
  for (const problem of pluginProblems(plugins)) output.error(`opsdeck: warning: ${problem}`);
  const dirs = await searchDirs({ ...context, reads: 'all' });
  const catalogue = args.length > 0 ? undefined : await findProfiles(dirs, files);
  const found = await validateProfiles(catalogue ?? args, {
    elapsed: steadyNow,
    files,
    ...typesWith(context, plugins),
    processEnv,
    sets: global.sets,
    now: clock.now(),
    simulators: async () => (await import('../../simulator/systems.ts')).simulatedSystems,
    isTrusted: (path) => isBelowTrusted(path, dirs),
  });
  const diagnostics = found.map(asRefused);
  for (const diagnostic of diagnostics) output.line(formatDiagnostic(diagnostic));
  const count = (severity: Diagnostic['severity']): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  const errors = count('error');
  const warnings = count('warning');
  const notes = count('note');
  const scope = catalogue === undefined ? '' : `${pluralize(catalogue.entries.length, 'environment')}: `;
  output.error(
    `${scope}${pluralize(errors, 'error')}, ${pluralize(warnings, 'warning')}${notes === 0 ? '' : `, ${pluralize(notes, 'note')}`}`,
  );
  return errors > 0 || (options.strict === true && warnings > 0) ? usageExit : 0;
};
