import type { RuleLook } from '../../kit/components/panel.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { isArmed } from '../state/armed.ts';
import { hasPanelSides } from './screen-size.ts';

/** The look of all rules: double while production is armed, so that it shows without colors too. */
export const ruleLook = (view: Pick<RenderContext, 'cockpit' | 'past' | 'columns' | 'rows'>): RuleLook => ({
  weight: isArmed(view) ? 'double' : 'thin',
  focused: isArmed(view) ? 'warn' : 'key',
  hasSides: hasPanelSides(view),
});
