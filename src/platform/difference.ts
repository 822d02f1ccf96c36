// How a rebuild writes down what a row held and what it has to hold, where that is not a plain value. The command has
// words for them in each language.

/** No such row or value. */
export const absent = 'absent'
/** A row that is there. */
export const present = 'present'
/** Something that stands sealed in the record, and is not printed therefore. */
export const sealed = 'sealed'
