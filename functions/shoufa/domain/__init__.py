"""The words and pure rules of the house; imports the standard library and pydantic only.

Glossary: call 征集通知 · recommender 推荐单位 · unit 支撑单位 · applicant 申报单位 · letter 公文/推荐函 ·
application 申报书 · summary 推荐汇总表 · seal 公章 · track 项目类型 · receipt number 收件编号 · quiet
time: the time after a submission's last mail before its outcome goes out.
"""
