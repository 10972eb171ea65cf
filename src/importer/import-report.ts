import type { Danger } from '../domain/runbooks/operation.ts';
import { dangers } from '../runs/policy/danger.ts';
import type { DraftedProfile } from './draft.ts';

/** Report of an import, as `--json` prints it. Counts are of the document, not of the profile. */
export interface ImportReport {
  readonly system: string;
  readonly file: string;
  readonly directory: string;
  readonly files: readonly string[];
  readonly sections: number;
  readonly runbooks: number;
  readonly commands: Readonly<Record<Danger, number>> & {
    readonly total: number;
    readonly unknown: number;
    readonly operations: number;
  };
  readonly manualSteps: number;
  readonly checklists: number;
  readonly checklistItems: number;
  readonly thresholds: number;
  readonly signals: number;
  readonly contacts: number;
  readonly links: number;
  readonly severities: number;
  readonly escalationLevels: number;
  /** Lines kept as comments. */
  readonly notUnderstood: number;
  readonly secrets: readonly { readonly line: number; readonly variable: string }[];
  readonly warnings: readonly string[];
}

/** Counts what an import found. */
export const importReport = (
  draft: DraftedProfile,
  written: {
    readonly directory: string;
    readonly files: readonly string[];
    readonly warnings: readonly string[];
  },
): ImportReport => {
  const { commands, runbooks, checklists, thresholds, contacts, links, severities, escalation } = draft;
  const steps = runbooks.flatMap(({ diagnose, act }) => [...diagnose, ...act]);
  const count = (danger: Danger): number =>
    commands.filter((command) => command.class.danger === danger).length;
  const [read, safe, disruptive, destructive] = dangers.map(count);
  return {
    system: draft.system,
    file: draft.file,
    ...written,
    sections: draft.sections,
    runbooks: runbooks.length,
    commands: {
      total: commands.length,
      read: read ?? 0,
      safe: safe ?? 0,
      disruptive: disruptive ?? 0,
      destructive: destructive ?? 0,
      unknown: commands.filter((command) => !command.class.isKnown).length,
      operations: steps.filter(({ call }) => call !== undefined).length,
    },
    manualSteps: steps.filter(({ command }) => command === undefined).length,
    checklists: checklists.length,
    checklistItems: checklists.reduce((sum, { items }) => sum + items.length, 0),
    thresholds: thresholds.length,
    signals: thresholds.filter(({ query }) => query !== undefined).length,
    contacts: contacts.length,
    links: links.length,
    severities: severities.length,
    escalationLevels: escalation.length,
    notUnderstood: draft.notUnderstood.length,
    secrets: draft.secrets,
  };
};

/** The report as a table of two columns, with the warnings below it. */
export const reportLines = (report: ImportReport): readonly string[] => {
  const { commands } = report;
  const rows: readonly (readonly [string, number, string])[] = [
    ['sections', report.sections, `${report.runbooks} runbooks`],
    [
      'commands',
      commands.total,
      `${commands.operations} drafted as operations, ${commands.total - commands.operations} as manual steps`,
    ],
    ['  read', commands.read, ''],
    ['  safe', commands.safe, ''],
    ['  disruptive', commands.disruptive, ''],
    ['  destructive', commands.destructive, `${commands.unknown} of them unknown`],
    ['steps in words', report.manualSteps, ''],
    ['checklist items', report.checklistItems, `in ${report.checklists} checklists`],
    ['thresholds', report.thresholds, `${report.signals} drafted as signals, the others as variables`],
    ['contacts', report.contacts, ''],
    ['links', report.links, ''],
    ['severities', report.severities, ''],
    ['escalation levels', report.escalationLevels, ''],
    [
      'not understood',
      report.notUnderstood,
      report.notUnderstood === 0 ? '' : 'lines of text, kept as comments in response.yaml',
    ],
  ];
  return rows.map(
    ([name, count, note]) =>
      `${name.padEnd(18)}${String(count).padStart(6)}${note === '' ? '' : `  ${note}`}`,
  );
};
