"""The smallest program that shows a question: `python -m bench.stock_show QUESTION EMAIL`.

SQLAlchemy's ORM over the database at DATABASE_URL, as in stock_store.py. What it takes any program in Python takes
that asks a database with it.
"""

import asyncio
import os
import sys

from bench.stock_store import Store, own_answer, turnout


async def show(question_id: int, email: str) -> str:
    store = Store(os.environ["DATABASE_URL"])
    try:
        member, question = await store.show(question_id, email=email)
    finally:
        await store.close()
    return f"{question.council}\n{question.text}\n{own_answer(question, member)}\n{turnout(question)}"


if __name__ == "__main__":
    print(asyncio.run(show(int(sys.argv[1]), sys.argv[2])))
