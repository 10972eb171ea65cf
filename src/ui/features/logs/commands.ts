import type { LogScope } from '../../../logs/format/stream.ts';
import { openPlace } from '../../keys/places.ts';
import type { Hand } from '../../panes/pane.ts';
import type { Item } from '../palette/items.ts';
import { logsId } from './cursor.ts';
import { showView } from './lists.ts';
import { everyStream } from './open-when-seen.ts';
import { noTails, openTarget, streamsByName } from './target.ts';

/** What was typed behind `logs`, as streams: 'billing' by its name, 'k8s:deployment/billing' in a source's own words. */
const scopeOf = ({ view }: Hand, typed: string): LogScope | undefined => {
  const tails = view.cockpit.open?.tails ?? [];
  const [source = '', ...rest] = typed.split(':');
  const of = rest.join(':');
  if (tails.includes(source)) return { title: typed, of: [of === '' ? { source } : { source, of }] };
  const found = streamsByName(view, [typed]);
  if (found.length > 0) return { title: typed, of: found };
  // A source may know a name that no row here has.
  return typed.includes('/')
    ? { title: typed, of: tails.map((one) => ({ source: one, of: typed })) }
    : undefined;
};

const open = (hand: Hand, typed: string) => {
  const name = hand.view.pen.meant(typed.trim().replace(/^of\s+/, ''));
  if (name === '') return openTarget(hand, { scope: everyStream, chips: [], says: 'LOGS: every stream' });
  const scope = scopeOf(hand, name);
  if (scope === undefined)
    return hand.say(
      `logs: nothing that writes lines goes by the name of ${hand.view.pen.typed(name)}; deployment/NAME, SOURCE:NAME are taken`,
    );
  const says = `LOGS: ${scope.of.map((one) => one.of ?? one.source).join(', ')}`;
  openTarget(hand, { scope, chips: [], says });
};

/** `:logs`, `:logs billing`, and every view of the profile. */
export const logItems = (hand: Hand): readonly Item[] => {
  const whyNot = noTails(hand);
  const blocked = whyNot === undefined ? {} : { whyNot };
  return [
    {
      id: 'logs of',
      text: 'lines of one thing: logs billing, logs pod/billing-0, logs k8s:app=billing',
      command: 'logs',
      takes: 'a name, kind/name or source:name',
      ...blocked,
      run: open,
    },
    ...(hand.view.cockpit.open?.logViews ?? []).map(
      (one): Item => ({
        id: `logs view ${one.name}`,
        text: `logs: ${one.name}${one.title === undefined ? '' : ` · ${one.title}`}`,
        command: `logs: ${one.name}`,
        ...blocked,
        run: (now) => {
          openPlace(now.model, logsId);
          showView(now, one);
        },
      }),
    ),
  ];
};
