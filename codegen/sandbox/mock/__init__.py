"""Operations that nobody has written the behaviour of: they answer with examples, made from the shapes of the spec.

coverage   model -> which operations behave, which answer with examples, which are refused, and why
fitting    whether behaviour that was written for one release serves another
answers    operation and input -> an output that is valid, the same each time, and says what the input said
wanted     the error that a caller asks for
engine     a call -> the behaviour, or an example
"""
