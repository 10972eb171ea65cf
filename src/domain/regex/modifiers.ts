const isValid = (source: string): boolean => {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
};

/** False on Node 22, whose V8 does not know groups with modifiers: `(?i:…)`, `(?-i:…)`. */
export const knowsModifiers: boolean = isValid('(?i:a)');
