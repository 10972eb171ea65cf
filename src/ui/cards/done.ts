import { ageText } from '../../domain/duration.ts';
import { latency } from '../../domain/format.ts';
import type { RunView } from '../../store/cockpit.ts';
import type { Line } from '../text/run.ts';
import type { View } from '../view.ts';
import { type Event, eventsOf } from './progress.ts';
import { told } from './told.ts';

const stepLines = (view: View, run: RunView, acting: Event<'acting'>): readonly Line[] => {
  const { pen, now } = view;
  const { step, title, at } = acting;
  const acted = eventsOf(run, 'acted').findLast((event) => event.step === step);
  if (acted === undefined && run.stage === 'ended')
    return told(view, 'act', {
      mark: pen.glyph('unknown', 'unknown'),
      text: `${title}: it did not come to an end`,
    });
  if (acted === undefined)
    return told(view, 'act', {
      mark: pen.glyph('loading', 'loading'),
      text: title,
      role: 'loading',
      time: ageText(now - at),
    });
  const level = acted.ok ? 'ok' : 'crit';
  const text = acted.result === '' ? title : `${title}: ${acted.result}`;
  const time = latency(acted.at - at);
  return told(view, 'act', { mark: pen.glyph(level, level), text, time, brief: acted.ok });
};

const manualLines = (view: View, run: RunView, asked: Event<'ticking'>): readonly Line[] => {
  const { pen } = view;
  const ticked = eventsOf(run, 'ticked').find((event) => event.step === asked.step);
  if (ticked === undefined)
    return told(view, 'by hand', { mark: pen.glyph('chosen', 'key'), text: asked.title, role: 'bold' });
  const level = ticked.done ? 'ok' : 'warn';
  return told(view, 'by hand', {
    mark: pen.glyph(level, level),
    text: `${asked.title}${ticked.done ? '' : ': not done'}`,
  });
};

/** The gate, then every step that has begun, in the order in which they did. */
export const doneLines = (view: View, run: RunView): readonly Line[] => {
  const { pen } = view;
  return run.events.flatMap((event): readonly Line[] => {
    switch (event.event) {
      case 'gated': {
        const level = event.passed ? 'ok' : 'crit';
        return told(view, 'gate', { mark: pen.glyph(level, level), text: event.why });
      }
      case 'acting':
        return stepLines(view, run, event);
      case 'ticking':
        return manualLines(view, run, event);
      default:
        return [];
    }
  });
};
