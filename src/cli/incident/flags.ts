import { Argument, type Command, Option } from 'commander';
import { incidentFields, incidentStatuses } from '../../domain/incidents/incident-event.ts';
import { durationOption } from '../command/argv.ts';
import { collectTexts } from '../command/global-options.ts';
import { addExamples } from '../command/help.ts';

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
  /** Why an incident is resolved although something is critical or unknown. */
  readonly override?: string;
  /** Posts the update as a run. */
  readonly post?: boolean;
  readonly arm?: string;
  readonly confirm?: readonly string[];
  readonly dryRun?: boolean;
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
export const declareIncident = (command: Command): Command =>
  addExamples(
    command
      .summary('declare, follow and document an incident')
      .description(
        'Declare an incident, add to the record, and write the documents. All cockpits of this machine ' +
          'share the records, in the state directory. With a state database, all machines share them.\n\n' +
          `status: ${incidentStatuses.join(', ')}. set: FIELD=VALUE, with a field of ${incidentFields.join(', ')}.\n` +
          'update records and prints the text for stakeholders. With --post a run posts the text to the channel of the profile, and without text ' +
          'the latest update. finish records the path or address of the finished post-mortem.\n' +
          'status resolved reads the environment first. While findings of the affected services are critical or unknown, --override is required.\n' +
          'Without ID, the command acts on the only open incident of the environment.\n\n' +
          'Exit codes: 0 success, 1 the record was not stored, 4 usage or profile error. With --post, after the update was recorded: the exit codes of opsdeck run.',
      )
      .addArgument(new Argument('<action>', 'action').choices([...incidentActions]))
      .argument('[args...]', 'incident ID, and text')
      .option('--title <text>', 'declare: title')
      .option(
        '--severity <id>',
        'declare: severity (default: the profile suggests one from the current findings)',
      )
      .option('--reason <text>', 'declare, severity: reason for this severity')
      .option('--impact <text>', 'declare: impact on users')
      .option('--services <names>', 'declare: affected services')
      .option('--commander <name>', 'declare: incident commander (default: you)')
      .option('--to <channel>', 'update: channel where you posted the text yourself')
      .option('--override <reason>', 'status resolved: resolve although findings are critical or unknown')
      .option('--post', 'update, status: post the text to the channel of the profile')
      .option('--arm <reason>', '--post: arm a read-only environment for this run')
      .option(
        '--confirm <name>',
        '--post: confirm the channel by typing its exact name (repeatable)',
        collectTexts,
      )
      .option('--dry-run', '--post: print the plan and post nothing')
      .option('--owner <name>', 'action-item: owner')
      .option('--all', 'list: include finished incidents and other environments')
      .addOption(
        new Option('--timeout <duration>', 'declare: time limit of the reading that suggests the severity')
          .argParser(durationOption)
          .default(10_000, '10s'),
      )
      .option('--json', 'list, show, post-mortem: print JSON'),
    [
      [
        'opsdeck incident declare --env production --title "Orders fail"',
        'declare an incident, with the suggested severity',
      ],
      ['opsdeck incident ack', 'acknowledge the open incident'],
      [
        'opsdeck incident update "Restarting the pool" --post --arm INC-7 --confirm "#ops"',
        'record and post an update',
      ],
      ['opsdeck incident status INC-7 identified pool exhausted', 'change the status of one of several'],
      ['opsdeck incident handover > handover.md', 'summary for the next shift'],
      ['opsdeck incident post-mortem INC-7 > post-mortem.md', 'draft a post-mortem with the timeline'],
    ],
  );
