import { durationText } from '../../../domain/duration.ts';
import type { ActStep, DiagnoseStep, Runbook, VerifyStep } from '../../../domain/runbook.ts';

/** One step as two texts: what it is for, and what it calls or asks. */
export interface StepWords {
  readonly part: 'read' | 'act' | 'prove' | 'undo';
  readonly title: string;
  readonly calls: string;
}

const given = (values: Readonly<Record<string, unknown>> | undefined): string =>
  Object.entries(values ?? {})
    .map(([name, value]) => ` ${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join('');

const callOf = (step: ActStep | DiagnoseStep): string => {
  if (step.use !== undefined) return `${step.use}${given(step.with)}`;
  return 'that' in step && step.that !== undefined ? step.that : 'by hand';
};

const proofOf = ({ that, withinMs, forMs }: VerifyStep): string =>
  `${that} within ${durationText(withinMs)}${forMs > 0 ? ` for ${durationText(forMs)}` : ''}`;

const proofs = ({ verify }: Runbook): readonly StepWords[] => {
  if (verify === 'none') return [{ part: 'prove', title: 'needs no proof', calls: '' }];
  if (verify.length === 0)
    return [{ part: 'prove', title: 'has no proof: it never ends as RECOVERED', calls: '' }];
  return verify.map((step) => ({ part: 'prove', title: step.title, calls: proofOf(step) }));
};

/** Every step with what it calls, what proves it, and what is known of taking it back. */
export const stepsOf = (runbook: Runbook, danger: string | undefined): readonly StepWords[] => [
  ...runbook.diagnose.map((step): StepWords => ({ part: 'read', title: step.title, calls: callOf(step) })),
  ...runbook.act.map((step): StepWords => ({ part: 'act', title: step.title, calls: callOf(step) })),
  ...proofs(runbook),
  {
    part: 'undo',
    title:
      danger === 'destructive'
        ? 'none: what it does cannot be taken back'
        : 'u after the run, where its steps kept what was there before',
    calls: '',
  },
];
