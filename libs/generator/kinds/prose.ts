import { type Kind, fixed } from './kind.js';
import { literal, type Piece, sequence, words } from './piece.js';
import { adjectives, nouns, verbs } from './words.js';

const capital = (list: readonly string[]): string[] => list.map((text) => text.charAt(0).toUpperCase() + text.slice(1));

const title = fixed(() => sequence(words(capital(adjectives), ' '), words(capital(nouns))));
const short = (list: readonly string[]): string[] => list.filter((text) => text.length <= 9);
const sentence = fixed(() =>
  sequence(
    words(short(capital(adjectives)), ' '),
    words(short(nouns), ' will '),
    words(short(verbs), ' the '),
    words(short(adjectives), ' '),
    words(short(nouns), '.'),
  ),
);
/** Several sentences, for fields that ask for longer texts. */
const sentences = (many: number): (() => Piece) =>
  fixed(() => sequence(...Array.from({ length: 2 * many - 1 }, (_, k) => (k % 2 === 0 ? sentence() : literal(' ')))));

const phrase = fixed(() => sequence(words(adjectives, ' '), words(nouns)));

export const prose: readonly Kind[] = [
  { name: 'title', answersTo: ['title', 'headline', 'subject', 'heading', 'label', 'caption'], pieces: [title] },
  {
    name: 'sentence',
    answersTo: [
      'description',
      'notes',
      'note',
      'comment',
      'comments',
      'remark',
      'remarks',
      'message',
      'text',
      'bio',
      'summary',
      'content',
      'body',
      'review',
      'feedback',
      'details',
      'reason',
    ],
    pieces: [sentence, sentences(2), sentences(4), sentences(10), title],
  },
];

/** What a name that no kind answers to gets. */
export const anyText: Kind = { name: 'text', answersTo: [], pieces: [phrase, fixed(() => words(nouns))] };
