// What is answered: pure functions of the answers, without a page.

/** @typedef {string | string[]} Answer a number as it was typed, the letter of a choice, or several letters */
/** @typedef {Record<string, Answer>} Answers by the name of what was asked */

/**
 * @typedef {object} PartFacts
 * @property {string} name
 * @property {"number" | "choice" | "several"} kind
 * @property {string} label empty if the question says it
 * @property {string} unit what follows a number
 * @property {[letter: string, text: string][]} choices
 */

/**
 * @typedef {object} QuestionFacts
 * @property {number} number
 * @property {string} text
 * @property {string} program the code that it is about; empty if there is none
 * @property {PartFacts[]} parts
 */

/** @param {Answer | undefined} answer */
function isBlank(answer) {
  return answer === undefined || answer.length === 0;
}

/**
 * Return whether all parts of a question are answered.
 *
 * @param {{ parts: { name: string }[] }} question
 * @param {Answers} answers
 */
export function isAnswered(question, answers) {
  return question.parts.every((part) => !isBlank(answers[part.name]));
}

/**
 * Return how many questions are answered.
 *
 * @param {{ parts: { name: string }[] }[]} questions
 * @param {Answers} answers
 */
export function countAnswered(questions, answers) {
  return questions.filter((question) => isAnswered(question, answers)).length;
}

/**
 * Return what was answered and is not kept yet, and not refused either.
 *
 * @param {Answers} answers
 * @param {Answers} kept
 * @param {Record<string, string>} problems
 */
export function notKept(answers, kept, problems) {
  return Object.keys(answers).filter((name) => !(name in problems) && text(answers[name]) !== text(kept[name]));
}

/** @param {Answer | undefined} answer */
function text(answer) {
  return isBlank(answer) ? "" : String(answer).trim();
}

/**
 * Return several letters with one more, or without it. "I do not know" stands alone.
 *
 * @param {Answer | undefined} answer
 * @param {string} letter
 * @param {string} unknown
 * @returns {Answer}
 */
export function toggled(answer, letter, unknown) {
  if (letter === unknown) return answer === unknown ? "" : unknown;
  const letters = Array.isArray(answer) ? answer : [];
  return letters.includes(letter) ? letters.filter((one) => one !== letter) : [...letters, letter].sort();
}
