import type { DescribeHow } from '../../../domain/described.ts';
import { rank } from '../../../domain/level.ts';
import type { Workload } from '../../../kinds/workloads/fact.ts';
import { openPlace } from '../../keys/places.ts';
import { changePane, paneStateOf } from '../../model.ts';
import type { Binding, Hand } from '../../panes/pane.ts';
import { ownedBy, ownerOf } from './owner.ts';

const selected = ({ row }: { readonly row?: Hand['row'] | undefined }): Workload | undefined =>
  row?.subject?.kind === 'workloads' ? row.subject.fact : undefined;

const whyNotDescribe = (hand: Hand): string | undefined => {
  const fact = selected(hand);
  if (fact === undefined) return 'no pod, container or unit is selected';
  const { open } = hand.view.cockpit;
  return open?.describes?.includes(fact.source) === false
    ? `${fact.source} tells no more of it than its row`
    : undefined;
};

const read =
  (how: DescribeHow) =>
  (hand: Hand): void => {
    const subject = selected(hand);
    if (subject === undefined) return;
    hand.model.setState({ overlay: { is: 'reader', subject, how, from: 0, text: '', typing: false } });
    hand.commands.describe(subject, how);
  };

/** The row that `O` leads to: the owner; of an owner, what one came from, else the worst of what it owns. */
const related = ({ row, view }: Hand): string | undefined => {
  const fact = selected({ row });
  if (fact === undefined) return undefined;
  const owner = ownerOf(view, fact);
  if (owner !== undefined) return owner.key;
  const owned = ownedBy(view, fact);
  const { cameFrom } = paneStateOf(view.ui, 'pods');
  const worst = owned.toSorted((a, b) => rank[b.level] - rank[a.level])[0];
  return owned.find(({ key }) => key === cameFrom)?.key ?? worst?.key;
};

const whyNotRelated = (hand: Hand): string | undefined => {
  const fact = selected(hand);
  if (fact === undefined) return 'no pod, container or unit is selected';
  const key = related(hand);
  if (key === undefined)
    return fact.owner === '' ? 'it has no owner, and owns nothing here' : `${fact.owner} is not read here`;
  return hand.pane.rows(hand.view).some((row) => row.key === key)
    ? undefined
    : 'the filter hides it: esc clears';
};

const goRelated = (hand: Hand): void => {
  const key = related(hand);
  if (key === undefined) return;
  const index = hand.pane.rows(hand.view).findIndex((row) => row.key === key);
  openPlace(hand.model, 'pods');
  changePane(hand.model, 'pods', {
    cursor: { key, index },
    ...(hand.row === undefined ? {} : { cameFrom: hand.row.key }),
  });
};

/** The keys of 6 PODS. */
export const podKeys: readonly Binding[] = [
  {
    id: 'pod.describe',
    keys: ['d'],
    does: 'describe it: state, limits, environment, events',
    footer: 'describe',
    whyNot: whyNotDescribe,
    run: read('describe'),
  },
  {
    id: 'pod.yaml',
    keys: ['Y'],
    does: 'its YAML; of a unit, its file',
    footer: 'YAML',
    whyNot: whyNotDescribe,
    run: read('yaml'),
  },
  {
    id: 'pod.owner',
    keys: ['O'],
    does: 'go to its owner, and back',
    footer: 'owner',
    footerFrom: 110,
    whyNot: whyNotRelated,
    run: goRelated,
  },
];
