import { othersIn } from '../../../domain/team/presence.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';

/** Minimum terminal width at which the header names the others. */
const roomy = 120;
const namedAtMost = 2;
const nameCells = 16;

/** The mark of the other cockpits in this environment, for the header: '+2 here: ana (armed), ben'. Empty without any. */
export const presenceMark = ({
  cockpit,
  pen,
  columns,
}: RenderContext): readonly { readonly text: string }[] => {
  const { open, present = [] } = cockpit;
  if (open === undefined) return [];
  const others = othersIn(present, open);
  if (others.length === 0) return [];
  const armedFirst = others.toSorted((a, b) => Number(b.armed !== undefined) - Number(a.armed !== undefined));
  const users = [...new Set(armedFirst.map(({ user }) => user))];
  const isArmed = (name: string): boolean =>
    others.some(({ user, armed }) => user === name && armed !== undefined);
  const names = users
    .slice(0, namedAtMost)
    .map((user) => `${pen.cut(pen.maskField(user, 'user'), nameCells)}${isArmed(user) ? ' (armed)' : ''}`);
  const more = users.length > namedAtMost ? ', …' : '';
  return [{ text: `+${others.length} here${columns < roomy ? '' : `: ${names.join(', ')}${more}`}` }];
};
