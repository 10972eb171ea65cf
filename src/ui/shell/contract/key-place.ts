/** Places for bindings in the tables of the shell. Within a place they have the order of the features. */
export type KeyPlace =
  /** Act on the opened row, before the key that opens and closes it. */
  | 'opened row'
  /** Change the columns of a pane. */
  | 'columns'
  /** Keep views and rows. */
  | 'saved'
  /** Copy and export rows. */
  | 'copy'
  /** Lead from a row to other places, or record something about it. */
  | 'row'
  /** Move in time. */
  | 'time'
  /** Search and show by name, also before an environment is open. */
  | 'search'
  /** Actions of a row. */
  | 'actions'
  /** Declared incidents, and requests of others. */
  | 'incident'
  | 'approval'
  /** Runbooks and runs. */
  | 'runs'
  /** Other environments. */
  | 'environment'
  /** Before the keys of the pane, while the tour is shown. */
  | 'tour'
  /** Before the keys of the help. */
  | 'help'
  /** Move in the errors of a profile. */
  | 'profile errors'
  /** In every context, cards and dialogs included. */
  | 'always';
