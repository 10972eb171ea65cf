import { basename } from 'node:path';
import type { KeyBindingRequest, Settings } from '../../domain/profile/settings.ts';
import { type Diagnostic, formatDiagnostic } from '../../domain/text/position.ts';
import { withMessage } from '../../engine/cockpit/environment/messages.ts';
import type { CockpitStore } from '../../store/cockpit.ts';
import type { ParsedSettings } from './settings-text.ts';

/** Returns the valid key bindings, and the errors of the others. */
type Rebind = (requests: readonly KeyBindingRequest[]) => {
  readonly keys: Settings['keys'];
  readonly diagnostics: readonly Diagnostic[];
};

/** The settings of an open cockpit. */
interface LiveSettings {
  /** Applies the settings at startup; invalid ones fall back to their defaults, with a message. */
  begin(parsed: ParsedSettings): void;
  /** Applies a saved file. A file with errors changes nothing, with a message. */
  saved(parsed: ParsedSettings): void;
}

/** Maximum number of errors reported: the message row shows the first, `:messages` all of these. */
const mostMessages = 20;

/** A diagnostic that fits the message row: without the directory of config.yaml. */
const shortLine = (diagnostic: Diagnostic): string =>
  formatDiagnostic({
    ...diagnostic,
    position: { ...diagnostic.position, file: basename(diagnostic.position.file) },
  });

const applied = (parsed: ParsedSettings, rebind: Rebind, given: Partial<Settings>) => {
  const { keys, diagnostics } = rebind(parsed.requestedKeys);
  return {
    settings: { ...parsed.settings, keys, ...given },
    diagnostics: [...parsed.diagnostics, ...diagnostics],
  };
};

/** Applies config.yaml to an open cockpit. `given`: settings of the command line, which take precedence. */
export const createLiveSettings = (
  cockpit: CockpitStore,
  now: () => number,
  rebind: Rebind,
  given: Partial<Settings> = {},
): LiveSettings => {
  const say = (text: string, level: 'ok' | 'warn'): void =>
    cockpit.setState((s) => withMessage(s, now(), level, text));
  /** The first error is shown last, because the row keeps the newest. */
  const report = (diagnostics: readonly Diagnostic[], outcome: string): void => {
    const more = diagnostics.length > 1 ? ` · ${diagnostics.length} errors` : '';
    for (const [index, diagnostic] of [...diagnostics.slice(0, mostMessages).entries()].reverse())
      say(`${shortLine(diagnostic)} · ${outcome}${index === 0 ? more : ''}`, 'warn');
  };
  return {
    begin: (parsed) => {
      const { settings, diagnostics } = applied(parsed, rebind, given);
      cockpit.setState({ settings });
      report(diagnostics, 'opsdeck uses the default of this setting');
    },
    saved: (parsed) => {
      const { settings, diagnostics } = applied(parsed, rebind, given);
      if (diagnostics.length > 0) return report(diagnostics, 'opsdeck keeps the previous settings');
      cockpit.setState({ settings });
      if (parsed.absent === true) say('config.yaml was removed: opsdeck uses the defaults', 'warn');
      else say('config.yaml reloaded', 'ok');
    },
  };
};
