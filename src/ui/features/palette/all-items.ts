import type { ActStep } from '../../../domain/runbook.ts';
import { themeNames } from '../../../domain/settings.ts';
import type { Suggestion } from '../../../store/cockpit.ts';
import { actKeys } from '../../keys/everywhere.ts';
import { lookKeys, viewKeys } from '../../keys/look.ts';
import { actedOn } from '../../keys/mark.ts';
import { placeKeys } from '../../keys/move.ts';
import { focusPane, goToRow, openPlace } from '../../keys/places.ts';
import { keyOf, leftBy, reboundOne, whyNotNow } from '../../keys/rebound.ts';
import { noOverlay } from '../../overlays/overlay.ts';
import { allPanes } from '../../panes/index.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { latest } from '../../panes/rows-of.ts';
import { watchedPanes } from '../../panes/watched.ts';
import { shellItems } from '../command-line/shell-items.ts';
import { paramsIn } from '../command-line/words.ts';
import { goToEnvironment } from '../environments/travel.ts';
import { busy, byFit, dangerOf, readOnlyNote, whyNotStart } from '../runbooks/actions.ts';
import { actionsOn, proposeOn, type RowAction } from '../runbooks/row-actions.ts';
import { atItem, pastKeys } from '../time-travel/keys.ts';
import { whyNotActing } from '../time-travel/past-view.ts';
import type { Item } from './items.ts';

const callOf = (step: ActStep): string => {
  if (step.use === undefined) return `${step.title} (by hand)`;
  const given = Object.entries(step.with ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return `${step.use} ${given.join(' ')}`;
};

/** Why it is offered, or why nobody can tell whether it fits. */
const fitOf = ({ fits, why }: Suggestion): Item['fit'] => {
  if (fits === 'yes') return { is: 'yes', why: `fits now: ${why}` };
  return fits === 'unknown' ? { is: 'unknown', why: `cannot tell: ${why}` } : undefined;
};

const startItem = (
  hand: Hand,
  suggestion: Suggestion,
  suffix: string,
  { params, shown, whyNot: whyNotThese }: Omit<RowAction, 'suggestion'> = { params: {}, shown: [] },
): Item => {
  const { runbook } = suggestion;
  const fit = fitOf(suggestion);
  const danger = dangerOf(suggestion);
  const whyNot = whyNotActing(hand.view) ?? whyNotStart(hand.view.cockpit, runbook) ?? whyNotThese;
  const note = readOnlyNote(hand.view.cockpit, runbook);
  return {
    id: `run ${runbook.id} ${suffix}`,
    // The id is what alerts, NOW and `run` call it: whoever read it there types it here.
    text: suffix === '' ? `${runbook.title} · ${runbook.id}` : `${runbook.title}: ${suffix}`,
    command: `run ${runbook.id}`,
    takes: 'name=value',
    params: runbook.params,
    calls: runbook.act.map(callOf),
    ...(danger === undefined ? {} : { danger }),
    ...(fit === undefined ? {} : { fit }),
    ...(whyNot === undefined ? {} : { whyNot }),
    ...(note === undefined ? {} : { note: 'read-only: it opens, and A on its card arms it' }),
    run: ({ commands }, rest) =>
      proposeOn({ commands }, { suggestion, params: { ...params, ...paramsIn(rest) }, shown }),
  };
};

/** What can be done about the marked rows, or the one under the cursor. */
export const rowItems = (hand: Hand): readonly Item[] => {
  const on = actedOn(hand);
  const subjects = 'whyNot' in on ? [] : on.subjects;
  const marked = subjects.length > 1 ? `${subjects.length} marked, ` : '';
  return actionsOn(hand.view.cockpit, subjects).map((action) => {
    const words = Object.values(action.params).flat().join(' ');
    return startItem(hand, action.suggestion, `${marked}${words}`, action);
  });
};

const runbookItems = (hand: Hand, fitting: boolean): readonly Item[] =>
  byFit(hand.view.cockpit.suggestions)
    .filter(({ fits }) => (fits === 'yes') === fitting)
    .map((suggestion) => startItem(hand, suggestion, ''));

const paneItems = ({ view }: Hand): readonly Item[] => [
  {
    id: 'go overview',
    text: 'overview',
    command: 'overview',
    key: keyOf(view.cockpit, 'overview', '0'),
    run: ({ model }) => openPlace(model, 'overview'),
  },
  ...allPanes().map(
    (pane): Item => ({
      id: `go ${pane.id}`,
      text: `pane ${pane.title}`,
      command: pane.id,
      ...(pane.key === undefined ? {} : { key: keyOf(view.cockpit, `pane.${pane.key}`, pane.key) }),
      run: ({ model }) => openPlace(model, pane.id),
    }),
  ),
];

const environmentItems = ({ view }: Hand): readonly Item[] => {
  const whyNot = busy(view.cockpit);
  return view.cockpit.environments.map(
    ({ system, env, title }): Item => ({
      id: `env ${system}/${env}`,
      text: `environment ${env}: ${title}`,
      command: `env ${system}/${env}`,
      ...(whyNot === undefined ? {} : { whyNot }),
      run: (hand) => goToEnvironment(hand, `${system}/${env}`),
    }),
  );
};

const rehearsalItems = ({ view }: Hand): readonly Item[] => {
  const { open } = view.cockpit;
  if (open?.embedded !== true) return [];
  const going: readonly Item[] = open.incidents.map((incident) => ({
    id: `rehearse ${incident}`,
    text: `rehearse the incident ${incident}`,
    command: `rehearse ${incident}`,
    ...(open.incident === incident ? { whyNot: 'it is going on already' } : blockedInPast({ view })),
    run: ({ commands }: Hand) => commands.rehearse(incident),
  }));
  const heal: Item = {
    id: 'heal',
    text: 'end the rehearsal, heal the embedded world',
    command: 'heal',
    ...(open.incident === undefined ? { whyNot: 'no incident is going on' } : blockedInPast({ view })),
    run: ({ commands }) => commands.rehearse(undefined),
  };
  return [...going, heal];
};

const armItem: Item = {
  id: 'arm reason',
  text: 'arm with a reason',
  command: 'arm',
  takes: 'a reason',
  run: ({ commands, model }, rest) =>
    rest === '' ? model.setState({ overlay: { is: 'arm', text: '', over: noOverlay } }) : commands.arm(rest),
};

/** Tries a theme out until the cockpit ends or config.yaml names another. */
const themeItems = ({ view: { ui, cockpit } }: Hand): readonly Item[] => {
  const own = cockpit.settings.theme;
  const now = ui.theme?.over === own ? ui.theme.name : own;
  return themeNames.map((name) => ({
    id: `theme ${name}`,
    text: `theme ${name}`,
    command: `theme ${name}`,
    ...(now === name ? { whyNot: 'it is the theme already' } : {}),
    run: ({ model, say }: Hand) => {
      model.setState({ theme: { name, over: own } });
      say(`theme ${name}, until opsdeck ends; theme: ${name} in config.yaml keeps it`);
    },
  }));
};

const bindingItem = (hand: Hand, binding: Binding): Item => {
  const whyNot = whyNotNow(hand, binding);
  const [key = ''] = binding.keys;
  return {
    id: binding.id,
    text: binding.does,
    command: binding.id.replaceAll('.', ' '),
    key,
    ...(binding.danger === undefined ? {} : { danger: binding.danger }),
    ...(whyNot === undefined ? {} : { whyNot }),
    run: (now) => binding.run(now),
  };
};

/** What begins a change cannot be run while an earlier moment is looked at. */
const blockedInPast = ({ view }: Pick<Hand, 'view'>): Pick<Item, 'whyNot'> => {
  const whyNot = whyNotActing(view);
  return whyNot === undefined ? {} : { whyNot };
};

/** Everything that can be reached but the rows of the panes: what fits the row first, then what fits what is wrong now. */
const lightItems = (hand: Hand, bindings: readonly Binding[]): readonly Item[] => [
  ...rowItems(hand),
  ...runbookItems(hand, true),
  ...paneItems(hand),
  ...runbookItems(hand, false),
  ...environmentItems(hand),
  ...rehearsalItems(hand),
  { ...armItem, ...blockedInPast(hand) },
  atItem(hand),
  ...themeItems(hand),
  ...bindings.map((binding) => bindingItem(hand, binding)),
];

/** A row of every pane, as something to go to. There may be ten thousand: they are listed anew when facts have changed. */
const rowsToGoTo = latest(
  ({ view }: Hand): readonly unknown[] => [
    view.own?.facts,
    view.ui.panes,
    ...[...view.others.values()].map(({ facts }) => facts),
  ],
  ({ view }: Hand): readonly Item[] =>
    watchedPanes().flatMap((pane) => {
      const title = pane.title.toLowerCase();
      return pane.rows(view).map(
        (row): Item => ({
          id: `row ${row.key}`,
          text: `${title} ${row.label}`,
          command: `${pane.id} ${row.label}`,
          run: ({ model }) => {
            goToRow(model, pane.id, row.key);
            focusPane(model, pane.id);
            openPlace(model, pane.id);
          },
        }),
      );
    }),
);

/** Keys that are listed as well: what they do can be said in a word. Digits and movement are not among them. */
const isListed = (binding: Binding): boolean =>
  !/^(pane|overview|row\.open|back|palette|command|mouse|cancel|suspend)/.test(binding.id);

/** Everything that can be reached but rows: made anew when what it depends on has changed. */
export const namedItems = latest(
  ({ view, pane, row }: Hand): readonly unknown[] => {
    const { overlay: _, notice: __, card: ___, ...ui } = view.ui;
    // Of the lines, which come ten times a second, keys only ask whether there are some and which chips.
    const { logs, ...cockpit } = view.cockpit;
    const lines = [logs === undefined, logs?.lens.chips, logs?.hits.chips];
    return [...Object.values(cockpit), ...lines, pane, row?.key, view.own?.facts, ...Object.values(ui)];
  },
  (hand: Hand): readonly Item[] => {
    const everywhere = [...lookKeys, ...viewKeys, ...placeKeys, ...pastKeys, ...actKeys];
    const bindings = [...hand.pane.keys, ...leftBy(hand.pane, everywhere)];
    const rebound = bindings.filter(isListed).map((one) => reboundOne(one, hand.view.cockpit.settings.keys));
    return [...lightItems(hand, rebound), ...shellItems(hand)];
  },
);

/** Matched and drawn letter by letter, so it is masked before: what is seen is what is typed. */
export const seenItems = ({ view: { pen } }: Hand, items: readonly Item[]): readonly Item[] =>
  pen.shared
    ? items.map((item) => ({ ...item, text: pen.maskText(item.text), command: pen.maskText(item.command) }))
    : items;

interface Asked {
  readonly hand: Hand;
  readonly named: readonly Item[];
  readonly rows: readonly Item[];
}

const joined = latest(
  ({ hand, named, rows }: Asked) => [hand.view.pen, named, rows],
  ({ hand, named, rows }) => seenItems(hand, [...named, ...rows]),
);

/** Everything that can be reached: what fits the row first, then panes, runbooks, environments, keys, and every row. */
export const allItems = (hand: Hand): readonly Item[] =>
  joined({ hand, named: namedItems(hand), rows: rowsToGoTo(hand) });
