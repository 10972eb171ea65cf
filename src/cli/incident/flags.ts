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
      .argument('[args...]', 'id of the incident, then the text or the values of the action')
      .option('--title <text>', 'title of the declared incident')
      .option(
        '--severity <id>',
        'severity of the declared incident (default: the profile suggests one from the current findings)',
      )
      .option('--reason <text>', 'why the incident has this severity')
      .option('--impact <text>', 'what users notice of the declared incident')
      .option('--services <names>', 'services that the declared incident affects')
      .option('--commander <name>', 'name who commands the declared incident. By default, you do')
      .option('--to <channel>', 'channel where you have posted the update yourself')
      .option(
        '--override <reason>',
        'resolve the incident although findings are critical or unknown, for this reason',
      )
      .option('--post', 'post the text of the update or the status to the channel of the profile')
      .option('--arm <reason>', 'arm a read-only environment, so that --post may post')
      .option(
        '--confirm <name>',
        'confirm the channel of --post, which you name exactly. Repeat the flag for each channel',
        collectTexts,
      )
      .option('--dry-run', 'print what --post would post, and post nothing')
      .option('--owner <name>', 'who does the action item')
      .option('--all', 'list finished incidents and other environments too')
      .addOption(
        new Option('--timeout <duration>', 'how long declare may read the sources to suggest a severity')
          .argParser(durationOption)
          .default(10_000, '10s'),
      )
      .option('--json', 'with list, show and post-mortem, print JSON'),
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
