import type { ChecklistItem, ChecklistItemMode } from '../profile/profile.ts';

type Decided = Pick<ChecklistItem, 'mode'>;

/** The decision about an item of each mode. Nothing else compares modes, so a new one says here how it behaves. */
const decisions: Readonly<
  Record<ChecklistItemMode, { readonly isByCheck: boolean; readonly showsData: boolean }>
> = {
  auto: { isByCheck: true, showsData: true },
  assist: { isByCheck: false, showsData: true },
  human: { isByCheck: false, showsData: false },
};

/** True: its check decides it, and a person overrides that only with a reason. False: a person ticks it. */
export const isDecidedByCheck = ({ mode }: Decided): boolean => decisions[mode].isByCheck;

/** True: it may name the data that decides it. */
export const mayShowData = ({ mode }: Decided): boolean => decisions[mode].showsData;
