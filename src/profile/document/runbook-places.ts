/**
 * The section of a profile tree that has the places of linked runbook pages. A file writes them among its `runbooks:`; they are kept
 * apart, so that lists of runbooks merge by id.
 */
export const placesSection = 'runbooks: places';
