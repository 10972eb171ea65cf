import { z } from 'zod';
import { derivedFromKinds } from '../../kinds/registry/registry.ts';
import { zChecklist } from './checklist.ts';
import { zGuard } from './guard.ts';
import { zIncidentResponse } from './incident.ts';
import { zLogs } from './logs.ts';
import { zRunbook } from './runbook.ts';
import { zRunbookFetch, zRunbookFolder } from './runbook-place.ts';
import {
  headShape,
  zAudit,
  zAuthorityLevel,
  zContact,
  zDependencies,
  zEscalation,
  zLimits,
  zLink,
  zPlugins,
  zReview,
  zSchedule,
  zSentence,
  zShare,
  zState,
} from './sections.ts';
import { zSeverity, zSeverityOf } from './severity.ts';
import { zSignalInFile } from './signal.ts';

const zInclude = z
  .strictObject({ include: z.string().min(1) })
  .meta({ description: 'runbooks from another file. The path is relative to this file' });

/** An item of a list of the inventory: a name, or a map with a name. */
const zItem = z.union([z.string(), z.number(), z.looseObject({ name: z.union([z.string(), z.number()]) })]);

/** A template. Its sections are validated once they are repeated. */
const zEach = z
  .looseObject({
    over: z.record(z.string(), z.union([z.string(), z.array(zItem)])).meta({
      description: 'names and the values that each takes: a list, or the name of a list under inventory',
    }),
    except: z
      .array(z.record(z.string(), z.union([z.string(), z.number()])))
      .optional()
      .meta({ description: 'combinations of these values for which nothing is made' }),
  })
  .meta({ description: 'sections that are repeated for each combination of the values under over' });

/** Keys that identify the environment or belong to no section. */
const topShape = {
  ...headShape,
  extends: z.string().min(1).optional().meta({
    description:
      'file whose settings this file starts from and may override. The path is relative to this file',
  }),
  vars: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional()
    .meta({ description: `values for \${name} (--set NAME=VALUE overrides them)` }),
  inventory: z.record(z.string(), z.array(zItem)).optional().meta({
    description:
      'these lists are for each:, such as services, regions or hosts. each: repeats sections for every item',
  }),
  parts: z
    .record(z.string(), z.unknown())
    .optional()
    .meta({ description: 'steps, parameters and lists that runbooks and checklists insert with part: NAME' }),
  each: z
    .union([zEach, z.array(zEach)])
    .optional()
    .meta({ description: `sections that are repeated, with \${each.NAME} replaced in keys and texts` }),
};

/** Makers of the sections as one file may write them. Each is validated by its own builder, entry by entry. */
const sections = {
  plugins: () => zPlugins().optional(),
  sources: () =>
    z
      .record(z.string(), z.record(z.string(), z.unknown()))
      .optional()
      .meta({ description: 'the systems that opsdeck reads and acts on, each under an id of your choice' }),
  signals: () =>
    z
      .array(zSignalInFile())
      .optional()
      .meta({ description: 'values that opsdeck watches, each with limits for warning and critical' }),
  limits: () =>
    zLimits()
      .optional()
      .meta({ description: 'your own levels for states and values, instead of the built-in levels' }),
  logs: () => zLogs().optional().meta({ description: 'log views, log levels and retention in the cockpit' }),
  runbooks: () =>
    z
      .array(z.union([zRunbook(), zInclude, zRunbookFolder(), zRunbookFetch()]))
      .optional()
      .meta({ description: 'procedures for problems, and folders with pages that alerts link to' }),
  guard: () =>
    zGuard().optional().meta({
      description:
        'gates of this environment. They can be stricter than the defaults of the tier, never weaker',
    }),
  authority: () =>
    z.array(zAuthorityLevel()).optional().meta({
      description:
        'who may run what, lowest level first. authority prevents mistakes, and is not a security boundary',
    }),
  share: () =>
    zShare()
      .optional()
      .meta({ description: 'words that share mode always masks, and words that share mode never masks' }),
  audit: () =>
    zAudit()
      .optional()
      .meta({ description: 'destinations to which opsdeck copies each record of the ledger' }),
  state: () =>
    zState().optional().meta({
      description:
        'PostgreSQL database that several machines share: ledger, locks, checklists, incidents, acknowledgements',
    }),
  dependencies: () =>
    zDependencies().optional().meta({
      description: 'what each service, consumer group, workload, signal or source depends on, by name',
    }),
  sentence: () =>
    zSentence().optional().meta({
      description:
        'your own sentence for the situation line, by the name of the object, instead of the observed fact',
    }),
  severities: () =>
    z
      .array(zSeverity())
      .optional()
      .meta({ description: 'the severities of incidents in this system, with their response times' }),
  severityOf: () =>
    zSeverityOf()
      .optional()
      .meta({ description: 'rules that give signals, alerts, rows and runbooks a severity' }),
  contacts: () => z.array(zContact()).optional(),
  links: () => z.array(zLink()).optional(),
  escalation: () =>
    z
      .array(zEscalation())
      .optional()
      .meta({ description: 'whom to call during an incident, the first person first' }),
  incident: () =>
    zIncidentResponse()
      .optional()
      .meta({ description: 'where opsdeck reports a declared incident: chat channel, pager, issue tracker' }),
  checklists: () => z.array(zChecklist()).optional().meta({ description: 'checklists' }),
  review: () =>
    zReview()
      .optional()
      .meta({ description: 'when this profile is reviewed next, and who owns the profile' }),
  schedule: () =>
    zSchedule().optional().meta({ description: 'time zone of the dates and times in this profile' }),
};

export const sectionNames: readonly string[] = Object.keys(sections);

type Made<T extends Readonly<Record<string, () => z.ZodType>>> = {
  readonly [K in keyof T]: ReturnType<T[K]>;
};

/** Schemas of all sections. Profiles are checked with those of their own sections, so that the others are not made. */
const sectionShape = derivedFromKinds(
  () =>
    // fromEntries forgets which key has which schema.
    Object.fromEntries(Object.entries(sections).map(([name, make]) => [name, make()])) as Made<
      typeof sections
    >,
);

/** Schema of the whole file, for editors. */
export const zDocument = derivedFromKinds(() => z.strictObject({ ...topShape, ...sectionShape() }));
