import type { Binding, KeyContext } from '../contract/pane.ts';

/** Text that may be taller than its place. */
interface Scrolling {
  /** Prefix of the IDs of its keys: 'messages' for 'messages.down'. */
  readonly id: string;
  /** The names of its ends: 'the newest message'. */
  readonly ends: readonly [first: string, last: string];
  /**
   * True if letters may be text: on a card with a text field, or with keys that start or end a run. Further letters and keys
   * that edit text then do not scroll. A letter that does nothing begins a text, which is ignored up to `enter`.
   */
  readonly mayBeText?: boolean;
  /** The number of lines above its place, and its maximum. Undefined while it is not shown. */
  readonly position: (context: KeyContext) => { readonly from: number; readonly last: number } | undefined;
  readonly scrollTo: (context: KeyContext, from: number) => void;
}

/** Keys that scroll by lines, by half pages and to the ends. */
export const scrollKeys = ({
  id,
  ends: [first, last],
  mayBeText = false,
  position,
  scrollTo,
}: Scrolling): readonly Binding[] => {
  const key = (
    name: string,
    keys: readonly string[],
    description: string,
    step: (context: KeyContext) => number,
  ): Binding => ({
    id: `${id}.${name}`,
    keys,
    description,
    whyNot: (context) =>
      (position(context)?.last ?? 0) > 0 ? undefined : 'the whole text is already visible',
    run: (context) => {
      const scrolled = position(context);
      if (scrolled !== undefined)
        scrollTo(context, Math.max(0, Math.min(scrolled.last, scrolled.from + step(context))));
    },
  });
  const pageDown = mayBeText ? ['ctrl-d', 'pagedown'] : ['ctrl-d', 'pagedown', 'space'];
  const pageUp = mayBeText ? ['ctrl-b', 'pageup'] : ['ctrl-u', 'pageup'];
  return [
    key('down', ['j', 'down'], 'scroll down', () => 1),
    key('up', ['k', 'up'], 'scroll up', () => -1),
    key('first', mayBeText ? ['home'] : ['g', 'home'], `go to ${first}`, () => Number.NEGATIVE_INFINITY),
    key('last', mayBeText ? ['end'] : ['G', 'end'], `go to ${last}`, () => Number.POSITIVE_INFINITY),
    key('page-down', pageDown, 'scroll down half a page', ({ halfPage }) => halfPage),
    key('page-up', pageUp, 'scroll up half a page', ({ halfPage }) => -halfPage),
  ];
};
