import type { Binding, KeyContext } from '../../panes/pane.ts';
import { profileErrorScroll } from './body.ts';

const allInSight = ({ view }: KeyContext): string | undefined =>
  profileErrorScroll(view).last > 0 ? undefined : 'nothing to scroll';

const scrollKey = (
  id: string,
  keys: readonly string[],
  description: string,
  step: (context: KeyContext) => number,
): Binding => ({
  id: `profile.${id}`,
  keys,
  description,
  whyNot: allInSight,
  run: (context) => {
    const { profileErrors: errors } = context.view.cockpit;
    if (errors === undefined) return;
    const { from, last } = profileErrorScroll(context.view);
    const to = Math.max(0, Math.min(last, from + step(context)));
    context.model.setState({ profileScroll: { errors, from: to } });
  },
});

/** Keys that scroll the errors of a profile. */
export const profileErrorKeys: readonly Binding[] = [
  scrollKey('down', ['j', 'down'], 'scroll down', () => 1),
  scrollKey('up', ['k', 'up'], 'scroll up', () => -1),
  scrollKey('first', ['g', 'home'], 'go to the first error', () => Number.NEGATIVE_INFINITY),
  scrollKey('last', ['G', 'end'], 'go to the last error', () => Number.POSITIVE_INFINITY),
  scrollKey(
    'page-down',
    ['ctrl-d', 'pagedown', 'space'],
    'scroll down half a page',
    ({ halfPage }) => halfPage,
  ),
  scrollKey('page-up', ['ctrl-u', 'pageup'], 'scroll up half a page', ({ halfPage }) => -halfPage),
];
