import { z } from 'zod';
import { derivedFromKinds } from '../../kinds/registry.ts';
import { zChecklist } from './checklist.ts';
import { zGuard } from './guard.ts';
import { zLogs } from './logs.ts';
import { zRunbook } from './runbook.ts';
import {
  headShape,
  zAudit,
  zContact,
  zEscalation,
  zLimits,
  zLink,
  zPlugins,
  zReview,
  zRung,
  zSchedule,
  zShare,
} from './sections.ts';
import { zSeverity, zSeverityOf } from './severity.ts';
import { zSignalInFile } from './signal.ts';

const zInclude = z
  .strictObject({ include: z.string().min(1) })
  .meta({ description: 'runbooks from another file, relative to this one' });

/** Keys that name the environment or belong to no section. */
const topShape = {
  ...headShape,
  extends: z.string().min(1).optional().meta({ description: 'a file that is merged underneath this one' }),
  vars: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional()
    .meta({ description: `values for \${name}; --set NAME=VALUE overrides them` }),
};

/** Sections, as one file may write them. Each is checked by its own builder, entry by entry. */
export const sectionShape = derivedFromKinds(() => ({
  plugins: zPlugins.optional(),
  sources: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .optional()
    .meta({ description: 'what is read and acted on, by id' }),
  signals: z.array(zSignalInFile()).optional().meta({ description: 'numbers with thresholds' }),
  limits: zLimits().optional().meta({ description: 'overrides of the built-in levels' }),
  logs: zLogs.optional().meta({ description: 'views of log lines, and how logs are read and kept' }),
  runbooks: z
    .array(z.union([zRunbook, zInclude]))
    .optional()
    .meta({ description: 'what to do when something is wrong' }),
  guard: zGuard
    .optional()
    .meta({ description: "asks for more than the tier's row of gates, never for less" }),
  authority: z
    .array(zRung)
    .optional()
    .meta({ description: 'who may do what, the lowest rung first: a guard-rail, not security' }),
  share: zShare.optional().meta({ description: 'words that share mode masks, and words that it leaves' }),
  audit: zAudit.optional().meta({ description: 'where copies of the ledger go' }),
  severities: z
    .array(zSeverity)
    .optional()
    .meta({ description: 'degrees of urgency, as the system calls them' }),
  severityOf: zSeverityOf().optional().meta({ description: 'what has which severity' }),
  contacts: z.array(zContact).optional(),
  links: z.array(zLink).optional(),
  escalation: z
    .array(zEscalation)
    .optional()
    .meta({ description: 'who is called after whom, the first to be called first' }),
  checklists: z.array(zChecklist).optional().meta({ description: 'lists to go through' }),
  review: zReview.optional().meta({ description: 'when this is looked over, and who does it' }),
  schedule: zSchedule.optional().meta({ description: 'the zone of its days' }),
}));

/** The whole file, for the editor's schema. */
export const zDocument = derivedFromKinds(() => z.strictObject({ ...topShape, ...sectionShape() }));
