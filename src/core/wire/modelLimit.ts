/** Brokers list some hundred models; a list of more than this is no list, and every model of it would cost memory. */
export const MOST_MODELS = 5000;
