import { othersIn } from '../../../domain/presence.ts';
import type { RenderContext } from '../../render-context.ts';

/** Minimum terminal width at which the header names the others. */
const roomy = 120;
const namedAtMost = 2;
const nameCells = 16;

/** The mark of the other cockpits in this environment, for the header: '+2 here: ana, ben'. Empty without any. */
export const presenceMark = ({
  cockpit,
  pen,
  columns,
}: RenderContext): readonly { readonly text: string }[] => {
  const { open, present = [] } = cockpit;
  if (open === undefined) return [];
  const others = othersIn(present, open);
  if (others.length === 0) return [];
  const users = [...new Set(others.map(({ user }) => user))];
  const names = users.slice(0, namedAtMost).map((user) => pen.cut(pen.maskField(user, 'user'), nameCells));
  const more = users.length > namedAtMost ? ', …' : '';
  return [{ text: `+${others.length} here${columns < roomy ? '' : `: ${names.join(', ')}${more}`}` }];
};
