import { pluralize } from '../../../domain/text/count-text.ts';
import type { SituationPart } from '../../../situation/parts.ts';
import type { SituationParts, SituationSummary } from '../../../situation/situation.ts';
import { lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { widthOf } from '../../kit/text/width.ts';
import type { RenderContext } from '../contract/render-context.ts';

/** A piece of the row of effects, and the words of it that stand out. */
interface Effect {
  readonly text: string;
  readonly strong: string;
}

/** Minimum terminal width for gaps of three cells. */
const roomy = 100;

const plain = (text: string): Effect => ({ text, strong: '' });

/** The parts of consequences and other problems in their order: 'bus down', '4 breakers open', 'also Firing alerts 4'. */
const effectsOf = ({ consequences, others }: SituationSummary): readonly SituationPart[] => {
  if (consequences.parts.length === 0) return others.parts;
  const [other, ...more] = others.parts;
  // Problems that do not follow from the cause are marked.
  const also = other === undefined ? [] : [{ ...other, text: `also ${other.text}` }, ...more];
  return [...consequences.parts, ...also];
};

/** The parts after 'consequences: '. */
const withHead = (parts: readonly Effect[], head: string, { consequences }: SituationSummary) => {
  const [first, ...rest] = parts;
  if (first === undefined || consequences.parts.length === 0) return parts;
  return [{ ...first, text: `${head}: ${first.text}` }, ...rest];
};

const countOf = (parts: readonly SituationPart[]): number => parts.reduce((sum, { count }) => sum + count, 0);

/** '2 other problems', '8 unknown': what is not known is no problem yet; '10 others' where that has no room. */
const otherTexts = ({ count, unknown }: SituationParts, isBrief = false): readonly string[] => {
  if (isBrief) return count === 0 ? [] : [count === 1 ? '1 other' : `${count} others`];
  return [
    ...(count === unknown ? [] : [pluralize(count - unknown, 'other problem')]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ];
};

/** The effects besides the first `shown` ones: '3 more', '10 other problems'; consequences and other problems are counted apart. */
const restApart = (
  { consequences, others }: SituationSummary,
  shown: number,
  isBrief = false,
): readonly string[] => {
  const told = consequences.parts.slice(0, shown);
  const also = others.parts.slice(0, Math.max(0, shown - consequences.parts.length));
  const more = consequences.count - countOf(told);
  const other = others.count - countOf(also);
  const isApart = consequences.count > 0 && also.length === 0;
  return [
    ...(more === 0 ? [] : [`${more} more`]),
    ...(isApart ? otherTexts(others, isBrief) : other === 0 ? [] : [`${other} more`]),
  ];
};

/** '25 consequences', '2 other problems': the effects in numbers. */
const countTexts = ({ consequences, others }: SituationSummary): readonly string[] => [
  ...(consequences.count === 0 ? [] : [pluralize(consequences.count, 'consequence')]),
  ...otherTexts(others),
];

/**
 * The effects that fit into `room` cells, as many as possible, each whole, and the number of the others; numbers alone where no
 * effect fits, and none where not even those do. What names one effect more is preferred to what counts the others apart, and
 * with `isNarrow` to the number of consequences before them.
 */
export const effectsInRoom = (
  situation: SituationSummary,
  room: number,
  separator: string,
  isNarrow = false,
): readonly Effect[] => {
  const effects = effectsOf(situation);
  const fits = (texts: readonly Effect[]): boolean =>
    widthOf(texts.map(({ text }) => text).join(separator)) <= room;
  for (let shown = effects.length; shown > 0; shown--) {
    // A part that counts the rest of its kind is left to the count of all.
    if (shown < effects.length && effects[shown - 1]?.isRest === true) continue;
    const named = effects.slice(0, shown);
    const more = countOf(effects) - countOf(named);
    const apart = [...named, ...restApart(situation, shown).map(plain)];
    const joined = [...named, ...(more === 0 ? [] : [plain(`${more} more`)])];
    const head = pluralize(situation.consequences.count, 'consequence');
    // The number of consequences has no meaning before a rest that also counts other problems.
    const isMixed = joined.length < apart.length;
    const brief = [...named, ...restApart(situation, shown, true).map(plain)];
    const forms = [
      withHead(apart, head, situation),
      withHead(brief, head, situation),
      withHead(joined, isMixed ? 'consequences' : head, situation),
      ...(isNarrow ? [joined] : []),
    ];
    const form = forms.find(fits);
    if (form !== undefined) return form;
  }
  const numbers = countTexts(situation).map(plain);
  return fits(numbers) ? numbers : [];
};

/** An effect whose names, numbers or values stand out. */
const effectRuns = ({ pen }: RenderContext, { text, strong }: Effect): StyledLine => {
  const from = strong === '' ? -1 : text.lastIndexOf(strong);
  if (from < 0) return [pen.run(text)];
  const to = from + strong.length;
  return [pen.run(text.slice(0, from)), pen.run(strong, 'bold'), pen.run(text.slice(to))];
};

/** Cells between the effects and what is OK. */
const apartCells = 6;

/** 'otherwise OK: 9 services up · 49 signals OK', as many as fit into `room` cells beside the effects; [] without room. */
const otherwiseOkRuns = (
  { pen }: RenderContext,
  { otherwiseOk }: SituationSummary,
  { room, separator }: { readonly room: number; readonly separator: string },
): StyledLine => {
  for (let shown = otherwiseOk.length; shown > 0; shown--) {
    const text = otherwiseOk.slice(0, shown).join(separator);
    const head = 'otherwise OK: ';
    if (apartCells + widthOf(head) + widthOf(text) <= room)
      return [pen.run(`${' '.repeat(apartCells)}${head}`, 'faint'), pen.run(text, 'faint')];
  }
  return [];
};

/** '9 services up' before effects that name no service: a reader first asks which ones are affected. */
const servicesUpBefore = (
  { servicesUp }: SituationSummary,
  room: number,
  separator: string,
): readonly Effect[] =>
  servicesUp === undefined || widthOf(servicesUp + separator) > room ? [] : [plain(servicesUp)];

/**
 * '17 consequences: bus and numbers down · 4 breakers open · Error rate 48.8 % · 12 more' in `room` cells, and where there is room what is
 * OK.
 */
export const renderEffectsLine = (
  view: RenderContext,
  situation: SituationSummary,
  room: number,
): StyledLine => {
  const { pen, columns } = view;
  const separator = columns >= roomy ? '  ·  ' : ' · ';
  const isOnly = situation.consequences.count + situation.others.count === 0;
  const before = servicesUpBefore(situation, room, separator);
  const rest = room - before.reduce((cells, { text }) => cells + widthOf(text + separator), 0);
  const after = isOnly
    ? [plain('no other problem')]
    : effectsInRoom(situation, rest, separator, columns < roomy);
  const effects: StyledLine = [...before, ...after].flatMap((effect, index) => [
    ...(index === 0 ? [] : [pen.run(separator, 'faint')]),
    ...effectRuns(view, effect),
  ]);
  return [...effects, ...otherwiseOkRuns(view, situation, { room: room - lineWidth(effects), separator })];
};
