import { ageText, durationText } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import { latency } from '../../domain/format.ts';
import type { ProofState, RunEvent } from '../../domain/run.ts';
import type { VerifyStep } from '../../domain/runbook.ts';
import type { RunView } from '../../store/cockpit.ts';
import type { Line } from '../text/run.ts';
import { spread } from '../text/run.ts';
import type { View } from '../view.ts';
import { innerWidth, labelled } from './card.ts';

type Event<K extends RunEvent['event']> = Extract<RunEvent, { event: K }>;

export const eventOf = <K extends RunEvent['event']>(run: RunView, kind: K): Event<K> | undefined =>
  run.events.findLast((event): event is Event<K> => event.event === kind);

const eventsOf = <K extends RunEvent['event']>(run: RunView, kind: K): readonly Event<K>[] =>
  run.events.filter((event): event is Event<K> => event.event === kind);

/** When acting began, or the run itself. */
export const beganAt = (run: RunView): Millis | undefined =>
  (eventsOf(run, 'acting')[0] ?? run.events[0])?.at;

const timed = (view: View, line: Line, time: string): Line =>
  spread(line, [view.pen.run(` ${time}`, 'faint')], innerWidth(view), 'plain', view.pen.mark);

const stepLine = (view: View, run: RunView, acting: Event<'acting'>): Line => {
  const { pen, now } = view;
  const acted = eventsOf(run, 'acted').findLast((event) => event.step === acting.step);
  if (acted === undefined && run.stage === 'ended')
    return labelled(pen, 'act', [
      pen.glyph('unknown', 'unknown'),
      pen.run(`  ${acting.title}: it did not come to an end`),
    ]);
  if (acted === undefined) {
    const mark = [pen.glyph('loading', 'loading'), pen.run(`  ${acting.title}`, 'loading')];
    return timed(view, labelled(pen, 'act', mark), ageText(now - acting.at));
  }
  const level = acted.ok ? 'ok' : 'crit';
  const said = acted.result === '' ? acting.title : `${acting.title}: ${acted.result}`;
  return timed(
    view,
    labelled(pen, 'act', [pen.glyph(level, level), pen.run(`  ${said}`)]),
    latency(acted.at - acting.at),
  );
};

const manualLine = (view: View, run: RunView, asked: Event<'ticking'>): Line => {
  const { pen } = view;
  const ticked = eventsOf(run, 'ticked').find((event) => event.step === asked.step);
  if (ticked === undefined)
    return labelled(pen, 'by hand', [pen.glyph('chosen', 'key'), pen.run(`  ${asked.title}`, 'bold')]);
  const level = ticked.done ? 'ok' : 'warn';
  return labelled(pen, 'by hand', [
    pen.glyph(level, level),
    pen.run(`  ${asked.title}${ticked.done ? '' : ': not done'}`),
  ]);
};

/** The gate, then every step that has begun, in the order in which they did. */
export const stepLines = (view: View, run: RunView): readonly Line[] => {
  const { pen } = view;
  const gate = eventOf(run, 'gated');
  const level = gate?.passed === true ? 'ok' : 'crit';
  const gateLine =
    gate === undefined ? [] : [labelled(pen, 'gate', [pen.glyph(level, level), pen.run(`  ${gate.why}`)])];
  const steps = run.events.flatMap((event): readonly Line[] => {
    if (event.event === 'acting') return [stepLine(view, run, event)];
    return event.event === 'ticking' ? [manualLine(view, run, event)] : [];
  });
  return [...gateLine, ...steps];
};

const holdingLine = (view: View, state: ProofState, forMs: Millis, ended: boolean): Line => {
  const { pen, now } = view;
  const held = state.holdsSince === undefined ? 0 : now - state.holdsSince;
  const done = ended || held >= forMs;
  const mark = done ? pen.glyph('ok', 'ok') : pen.glyph('loading', 'loading');
  const line = labelled(pen, 'proof', [mark, pen.run(`  ${state.title}`)]);
  return timed(view, line, done ? '' : `holds ${ageText(held)} of ${durationText(forMs)}`);
};

const proofLine = (view: View, state: ProofState, spec: VerifyStep | undefined, ended: boolean): Line => {
  const { pen } = view;
  if (state.value === 'true') return holdingLine(view, state, spec?.forMs ?? 0, ended);
  const text = pen.run(`  ${state.title}${state.why === '' ? '' : `: ${state.why}`}`);
  if (!ended) {
    const within = spec === undefined ? '' : `within ${durationText(spec.withinMs)}`;
    return timed(view, labelled(pen, 'proof', [pen.glyph('off'), text]), within);
  }
  const level = state.value === 'false' ? 'crit' : 'unknown';
  return labelled(pen, 'proof', [pen.glyph(level, level), text]);
};

/** The proofs as they stand; before the first reading, as the runbook names them. */
export const proofLines = (view: View, run: RunView): readonly Line[] => {
  const { verify } = run.runbook;
  const specs = verify === 'none' ? [] : verify;
  const ended = run.stage === 'ended';
  const states = eventOf(run, 'verifying')?.proofs;
  if (states === undefined && ended) return [];
  return (states ?? specs.map(({ id, title }): ProofState => ({ id, title, value: 'unknown', why: '' }))).map(
    (state) =>
      proofLine(
        view,
        state,
        specs.find((spec) => spec.id === state.id),
        ended,
      ),
  );
};

/** The last things that steps printed. */
export const outputLines = (view: View, run: RunView, count: number): readonly Line[] =>
  eventsOf(run, 'output')
    .slice(-count)
    .map((event, index) => labelled(view.pen, index === 0 ? 'output' : '', event.text, 'faint'));
