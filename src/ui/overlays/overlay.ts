/** What lies over the panes because a key asked for it. The card of a run is not one of these: the run decides. */
export type Overlay =
  | { readonly is: 'none' }
  | { readonly is: 'help'; readonly text: string; readonly typing: boolean; readonly cursor: number }
  | {
      readonly is: 'palette';
      /** `:` exact names · `ctrl-p` fuzzy · `x` only what fits the row under the cursor. */
      readonly mode: 'exact' | 'fuzzy' | 'row';
      readonly text: string;
      readonly cursor: number;
      /** `tab`: what the selected runbook would call. */
      readonly calls: boolean;
    }
  | { readonly is: 'environments'; readonly cursor: number }
  | { readonly is: 'runbooks'; readonly cursor: number }
  | { readonly is: 'arm'; readonly text: string }
  | { readonly is: 'quit' };

export const noOverlay: Overlay = { is: 'none' };
