import { Argument, type Command, type Option } from 'commander';
import { incidentFields, incidentStatuses } from '../../domain/declared-incident.ts';
import { addExamples } from '../help.ts';

/** The options of `opsdeck incident`. */
export interface IncidentFlags {
  readonly title?: string;
  readonly severity?: string;
  readonly reason?: string;
  readonly impact?: string;
  readonly services?: string;
  readonly commander?: string;
  readonly to?: string;
  readonly owner?: string;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly timeout: number;
}

export const incidentActions = [
  'list',
  'declare',
  'show',
  'ack',
  'status',
  'severity',
  'set',
  'note',
  'update',
  'escalate',
  'next-step',
  'action-item',
  'handover',
  'post-mortem',
  'finish',
] as const;
export type IncidentAction = (typeof incidentActions)[number];

/** Declares `opsdeck incident` with its options. */
export const declareIncident = (command: Command, timeout: Option): Command =>
  addExamples(
    command
      .summary('declare, follow and document an incident')
      .description(
        'Declare an incident, add to its record, and write its documents. All cockpits of this machine\n' +
          'share the records, in the state directory; with a state database, all machines share them.\n\n' +
          `status: ${incidentStatuses.join(', ')}. set: FIELD=VALUE, with a field of ${incidentFields.join(', ')}.\n` +
          'update prints the text for stakeholders; finish records the path or address of the finished post-mortem. Reports to PagerDuty,\n' +
          'Slack and GitHub are runs: opsdeck run incident-update. Without ID: the only open incident of the environment.\n\n' +
          'Exit codes: 0 success, 1 not stored, 4 usage or profile error.',
      )
      .addArgument(new Argument('<action>', 'action').choices([...incidentActions]))
      .argument('[args...]', 'ID and text')
      .option('--title <text>', 'declare: title')
      .option('--severity <id>', "declare: severity; default: the profile's for the present findings")
      .option('--reason <text>', 'declare, severity: reason for the severity')
      .option('--impact <text>', 'declare: impact on users')
      .option('--services <names>', 'declare: affected services')
      .option('--commander <name>', 'declare: incident commander; default: you')
      .option('--to <channel>', 'update: where it was posted')
      .option('--owner <name>', 'action-item: owner')
      .option('--all', 'list: include finished incidents and other environments')
      .addOption(timeout)
      .option('--json', 'list, show, post-mortem: print JSON'),
    [
      [
        'opsdeck incident declare --env production --title "Orders fail"',
        'declare, with the suggested severity',
      ],
      ['opsdeck incident ack', 'acknowledge the open incident'],
      ['opsdeck incident status INC-7 identified pool exhausted', 'change the status of one of several'],
      ['opsdeck incident handover > handover.md', 'summary for the next shift'],
      ['opsdeck incident post-mortem INC-7 > post-mortem.md', 'draft, with the timeline'],
    ],
  );
