import { justifyLine, type StyledLine } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { ruleGlyph } from '../theme/glyphs.ts';
import type { TextRole } from '../theme/roles.ts';
import { joints, type RuleLook, withRules } from './panel.ts';

/** The parts of a rule that divides a panel. */
interface SectionRule {
  readonly title: StyledLine;
  /** At its right end: a count, a state. */
  readonly note: StyledLine;
  readonly look: RuleLook;
  readonly role: TextRole;
}

/** Renders a rule that divides a panel into sections, with its title: '─ Suggested runbooks ─── 2 of 9 match ─'. */
export const renderSectionRule = (
  pen: Pick<TextPen, 'ascii' | 'ellipsis'>,
  { title, note, look, role }: SectionRule,
  width: number,
): StyledLine => {
  const rule = ruleGlyph(joints.horizontal, pen.ascii, look.weight);
  const end = { text: rule, role };
  const blank = { text: ' ', role: 'plain' as const };
  const line = justifyLine(
    [end, blank, ...title],
    note.length === 0 ? [] : [...note, blank, end],
    width,
    'plain',
    pen.ellipsis,
  );
  return withRules(line, role, rule);
};
